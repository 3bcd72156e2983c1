import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { serve } from "../embedded/http.ts";
import { startMongodb } from "../embedded/mongodb/index.ts";
import type { Contract, Params, Result } from "../schemas/contract.ts";
import { call, type Meta } from "./action.ts";
import { readSettings, type Settings } from "./config.ts";
import { type NodeOptions, type RunningNode, startNode } from "./node.ts";
import type { ServiceDefinition } from "./service.ts";

/** Who ends what a test has begun, the last begun first: the test itself, or `endings` for a whole file. */
export type Ending = Pick<ExecutionContext, "teardown">;

export function endings(): Ending & { close(): Promise<void> } {
	const ends: (() => unknown)[] = [];
	return {
		teardown: (end) => void ends.unshift(end),
		async close() {
			for (const end of ends.splice(0)) await end();
		},
	};
}

/** Settings of a test: its own namespace and folder, and a store that ends with it. */
export async function testSettings(t: Ending, more: Record<string, string> = {}): Promise<Settings> {
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

/** Looks again until there is something. @throws when there is nothing after ten seconds */
export async function found<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
	let last: T | undefined;
	await eventually(async () => {
		last = await look();
		return last;
	});
	return last as NonNullable<T>;
}

export type Ask = <C extends Contract<never, never> | Contract>(
	contract: C,
	params: Params<C>,
	meta?: Meta,
) => Promise<Result<C>>;

export interface TestNode {
	node: RunningNode;
	settings: Settings;
	ask: Ask;
}

/**
 * Services on a node of their own, with stores of their own, on MONGODB_URL and NATS_URL or what stands in for them. One for
 * a process, as a process has one set of stores.
 */
export async function testNode(
	t: Ending,
	services: ServiceDefinition[],
	environment: Record<string, string> = {},
	options: NodeOptions = {},
): Promise<TestNode> {
	const settings = await testSettings(t, { NATS_URL: process.env.NATS_URL ?? "", ...environment });
	const node = await startNode(services, settings, options);
	t.teardown(() => node.stop());
	return {
		node,
		settings,
		ask: (contract, params, meta = {}) => {
			const from = {
				call: (name: string, asked: unknown, more: object) => node.broker.call(name, asked, { ...more, meta }),
			};
			return call(from as never, contract, params);
		},
	};
}

/** What a test node refused something with. */
export async function refusal(t: ExecutionContext, asked: Promise<unknown>): Promise<{ code: string; data: never }> {
	const error = (await t.throwsAsync(asked, { instanceOf: Error })) as unknown as { type: string; data: never };
	return { code: error.type, data: error.data };
}

export interface Webhook {
	body: string;
	headers: Record<string, string>;
}

export interface Door {
	/** The origin of its address, without a path. */
	url: string;
	/** What came so far, each with how it was answered. */
	deliveries: (Webhook & { status: number })[];
}

/** A door for a provider's webhooks: answers 200, or the status of what `take` fails with. */
export async function webhookDoor(t: Ending, take: (webhook: Webhook) => Promise<unknown>): Promise<Door> {
	const deliveries: Door["deliveries"] = [];
	const door = await serve({
		async handle({ raw, headers }) {
			const webhook = { body: raw.toString(), headers: headers as Record<string, string> };
			const status = await take(webhook).then(
				() => 200,
				(error) => (error as { code: number }).code,
			);
			deliveries.push({ ...webhook, status });
			return { status };
		},
		onError: () => ({ status: 500 }),
	});
	t.teardown(() => door.close());
	return { url: door.url, deliveries };
}
