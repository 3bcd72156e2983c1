import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { RestClient } from "../bin/rest.ts";
import { type Shop, type ShopOptions, startShop } from "../bin/shop.ts";
import { watch } from "./witness.ts";

/** Backends that a test run may be pointed at; where they are not set the stand-ins are used. */
const BACKENDS = ["NATS_URL", "MONGODB_URL", "ELASTICSEARCH_URL"];

export const ADMIN = { email: "owner@tradewind.test", password: "a long enough secret" };

export interface TestShop extends Shop {
	client: RestClient;
	/** An access token of the administrator. */
	admin(): Promise<string>;
}

/** A whole shop on a free port with names of its own, gone when the test ends. */
export async function startTestShop(
	t: Pick<ExecutionContext, "teardown">,
	environment: Record<string, string> = {},
	options: Partial<ShopOptions> = {},
): Promise<TestShop> {
	const dataDir = mkdtempSync(join(tmpdir(), "tradewind-"));
	const backends = Object.fromEntries(
		BACKENDS.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
	);
	const shop = await startShop({
		sample: true,
		inMemory: true,
		patience: { attempts: 8, firstDelay: 50, longestDelay: 1_000 },
		...options,
		environment: {
			PORT: "0",
			LOG_LEVEL: process.env.TEST_LOG ?? "error",
			RATE_LIMIT: "off",
			NAMESPACE: `t${randomUUID().slice(0, 8)}`,
			DATA_DIR: dataDir,
			ADMIN_EMAIL: ADMIN.email,
			ADMIN_PASSWORD: ADMIN.password,
			...backends,
			...environment,
		},
	});
	t.teardown(async () => {
		await shop.stop();
		rmSync(dataDir, { recursive: true, force: true });
	});
	watch(shop.url);
	const client = new RestClient(shop.url);
	const admin = async () => {
		const { body } = await client.request<{ accessToken: string }>("POST", "/v1/auth/login", { body: ADMIN });
		return body.accessToken;
	};
	return { ...shop, client, admin };
}
