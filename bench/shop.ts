import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../bin/ports.ts";
import { answers, type Child, startChild } from "./processes.ts";

export const ADMIN = { email: "bench@tradewind.test", password: "bench bench bench" };

export interface BenchShop extends Child {
	url: string;
	dataDir: string;
	/** Milliseconds from the start to the first answered request. */
	firstAnswer: number;
}

/** The whole shop with its sample catalogue as a process of its own, without limits of requests. Its data goes when it is stopped. */
export async function startShop(environment: Record<string, string> = {}): Promise<BenchShop> {
	const dataDir = mkdtempSync(join(tmpdir(), "tradewind-bench-"));
	const port = await freePort("127.0.0.1");
	const url = `http://127.0.0.1:${port}`;
	const began = performance.now();
	let firstAnswer = 0;
	const child = await startChild(
		join(import.meta.dirname, "..", "bin", "start.ts"),
		[],
		{
			PORT: String(port),
			DATA_DIR: dataDir,
			RATE_LIMIT: "off",
			LOG_LEVEL: "error",
			ADMIN_EMAIL: ADMIN.email,
			ADMIN_PASSWORD: ADMIN.password,
			NODE_ENV: "production",
			...environment,
		},
		async (output) => {
			if (firstAnswer === 0 && (await answers(`${url}/v1/products?limit=1`))) firstAnswer = performance.now() - began;
			return firstAnswer > 0 && output.includes("Shop ");
		},
	);
	return {
		...child,
		url,
		dataDir,
		firstAnswer,
		async stop() {
			await child.stop();
			rmSync(dataDir, { recursive: true, force: true });
		},
	};
}
