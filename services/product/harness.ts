import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Caller, call, type Meta } from "../../runtime/action.ts";
import { readSettings } from "../../runtime/config.ts";
import { type RunningNode, startNode } from "../../runtime/node.ts";
import type { ServiceDefinition } from "../../runtime/service.ts";
import type { Contract, Params, Result } from "../../schemas/contract.ts";
import product from "./product.service.ts";

/** A running product service on a database of its own, for tests. */
export interface Shop {
	node: RunningNode;
	ask<C extends Contract<never, never> | Contract>(contract: C, params: Params<C>, meta?: Meta): Promise<Result<C>>;
	stop(): Promise<void>;
}

/** Starts the service, and others that listen to it, on MONGODB_URL or the embedded MongoDB, with NATS_URL where it is set. */
export async function startProduct(
	others: ServiceDefinition[] = [],
	environment: NodeJS.ProcessEnv = {},
): Promise<Shop> {
	const database = process.env.MONGODB_URL ? null : await embedded();
	const folder = await mkdtemp(join(tmpdir(), "tradewind-product-"));
	const settings = readSettings(
		{
			DATA_DIR: folder,
			MONGODB_URL: database?.url ?? process.env.MONGODB_URL,
			NAMESPACE: `product${process.pid}${Math.random().toString(36).slice(2, 8)}`,
			LOG_LEVEL: "error",
			NATS_URL: process.env.NATS_URL,
			...environment,
		},
		() => "",
	);
	// Nobody else writes to the stores of this test.
	const node = await startNode([product, ...others], settings, { sole: !settings.NATS_URL });
	return {
		node,
		ask: (contract, params, meta) => call(withMeta(node.broker, meta), contract, params),
		async stop() {
			await node.stop();
			await database?.close();
			await rm(folder, { recursive: true });
		},
	};
}

function withMeta(broker: Caller, meta: Meta | undefined): Caller {
	return meta ? { call: (name, params, options) => broker.call(name, params, { ...options, meta }) } : broker;
}

async function embedded() {
	const { startMongodb } = await import("../../embedded/mongodb/index.ts");
	return startMongodb({ dataDir: null });
}
