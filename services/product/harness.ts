import type { ExecutionContext } from "ava";
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
}

/** Starts the service, and others that listen to it, on MONGODB_URL or the embedded MongoDB. */
export async function startProduct(
	t: Pick<ExecutionContext, "teardown">,
	others: ServiceDefinition[] = [],
	environment: Record<string, string> = {},
): Promise<Shop> {
	const url = process.env.MONGODB_URL ?? (await embedded(t));
	const settings = readSettings(
		{
			MONGODB_URL: url,
			NAMESPACE: `product${process.pid}${Math.random().toString(36).slice(2, 8)}`,
			LOG_LEVEL: "error",
			...environment,
		},
		() => "",
	);
	const node = await startNode([product, ...others], settings);
	t.teardown(() => node.stop());
	return {
		node,
		ask: (contract, params, meta) => call(withMeta(node.broker, meta), contract, params),
	};
}

function withMeta(broker: Caller, meta: Meta | undefined): Caller {
	return meta
		? { call: (name, params, options) => broker.call(name, params, { ...options, meta }) }
		: (broker as Caller);
}

async function embedded(t: Pick<ExecutionContext, "teardown">): Promise<string> {
	const { startMongodb } = await import("../../embedded/mongodb/index.ts");
	const server = await startMongodb({ dataDir: null });
	t.teardown(() => server.close());
	return server.url;
}
