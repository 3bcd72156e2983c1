import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startMongodb } from "../embedded/mongodb/index.ts";
import { readSettings, type Settings } from "./config.ts";

/** Settings of a test: its own namespace and folder, and a store that ends with it. */
export async function testSettings(t: ExecutionContext, more: Record<string, string> = {}): Promise<Settings> {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	const mongodb = process.env.MONGODB_URL ? null : await startMongodb({ dataDir: null });
	t.teardown(async () => {
		await mongodb?.close();
		rmSync(folder, { recursive: true, force: true });
	});
	const environment = {
		MONGODB_URL: mongodb?.url ?? process.env.MONGODB_URL,
		NAMESPACE: `t${randomUUID().slice(0, 8)}`,
		DATA_DIR: folder,
		LOG_LEVEL: "silent",
		...more,
	};
	return readSettings(environment, () => "");
}

/** Waits for a fact. @throws when it has not come after so many milliseconds */
export async function eventually(so: () => unknown | Promise<unknown>, patience = 10_000): Promise<void> {
	const end = Date.now() + patience;
	while (!(await so())) {
		if (Date.now() > end) throw new Error(`it did not come to be: ${so}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}
