import type { ServiceDefinition } from "../../runtime/service.ts";
import { endings, type TestNode, testNode } from "../../runtime/testing.ts";
import product from "./product.service.ts";

/** A running product service on a database of its own. */
export interface Shop extends TestNode {
	stop(): Promise<void>;
}

/** @param others services that listen to it */
export async function startProduct(others: ServiceDefinition[] = []): Promise<Shop> {
	const ends = endings();
	// Nobody else writes to the stores of this test.
	const started = await testNode(ends, [product, ...others], {}, { sole: !process.env.NATS_URL });
	return { ...started, stop: ends.close };
}
