import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startElasticsearch } from "../../embedded/elasticsearch/index.ts";
import { startMongodb } from "../../embedded/mongodb/index.ts";
import { type Caller, call } from "../../runtime/action.ts";
import { readSettings } from "../../runtime/config.ts";
import { type RunningNode, startNode } from "../../runtime/node.ts";
import type { Contract, Params, Result } from "../../schemas/contract.ts";
import { createProduct, deleteProduct } from "../../schemas/product.ts";
import { search as searchContract } from "../../schemas/search.ts";
import search from "./search.service.ts";

type T = Pick<ExecutionContext, "teardown">;
type Question = Params<typeof searchContract>;
type Answer = Result<typeof searchContract>;

/** A catalogue and its search, on MONGODB_URL and ELASTICSEARCH_URL or the embedded ones, for tests. */
export interface SearchShop {
	node: RunningNode;
	elasticsearch: string;
	ask<C extends Contract<never, never> | Contract>(contract: C, params: Params<C>): Promise<Result<C>>;
	search(question: Question): Promise<Answer>;
	/** Searches until the answer is as wanted. @throws after five seconds, with the last answer */
	until(question: Question, wanted: (answer: Answer) => boolean): Promise<Answer>;
	/** Makes products of a few fields. */
	sell(...products: Partial<Params<typeof createProduct>>[]): Promise<string[]>;
	/** Takes everything out of the shop. */
	empty(): Promise<void>;
}

export async function startSearch(t: T, environment: Record<string, string> = {}): Promise<SearchShop> {
	const { default: product } = await import(PRODUCT_SERVICE);
	const mongodb = process.env.MONGODB_URL ?? (await started(t, startMongodb({ dataDir: null })));
	const elasticsearch =
		environment.ELASTICSEARCH_URL ?? process.env.ELASTICSEARCH_URL ?? (await started(t, startElasticsearch()));
	const dataDir = mkdtempSync(join(tmpdir(), "search-"));
	const settings = readSettings(
		{
			MONGODB_URL: mongodb,
			ELASTICSEARCH_URL: elasticsearch,
			NAMESPACE: `search${process.pid}${Math.random().toString(36).slice(2, 8)}`,
			DATA_DIR: dataDir,
			LOG_LEVEL: "error",
			...environment,
		},
		() => "",
	);
	const node = await startNode([product, search], settings, {
		patience: { attempts: 8, firstDelay: 50, longestDelay: 1_000 },
	});
	t.teardown(async () => {
		await node.stop();
		rmSync(dataDir, { recursive: true });
		if (elasticsearch === process.env.ELASTICSEARCH_URL)
			await fetch(`${elasticsearch}/${settings.NAMESPACE}-products`).then(removeAll(elasticsearch));
	});
	const from = node.broker as unknown as Caller;
	let made = 0;
	const sold: string[] = [];
	const find = (question: Question) => call(from, searchContract, question);
	const until: SearchShop["until"] = async (question, wanted) => {
		for (const began = Date.now(); ; ) {
			const answer = await find(question);
			if (wanted(answer)) return answer;
			if (Date.now() - began > 5_000) throw new Error(`never came: ${JSON.stringify(answer).slice(0, 2_000)}`);
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	};
	return {
		node,
		elasticsearch,
		ask: (contract, params) => call(from, contract, params),
		search: find,
		until,
		async empty() {
			for (const id of sold.splice(0)) await call(from, deleteProduct, { id }).catch(() => {});
			await until({}, ({ total }) => total === 0);
		},
		async sell(...products) {
			const ids: string[] = [];
			for (const one of products) {
				const variants = one.variants ?? [{ sku: `SKU-${++made}`, price: { amount: 1_000 * made, currency: "USD" } }];
				ids.push((await call(from, createProduct, { title: "Thing", ...one, variants })).id);
			}
			sold.push(...ids);
			return ids;
		},
	};
}

// Not a part of this service: the catalogue is started beside it, as in a shop.
const PRODUCT_SERVICE = "../product/product.service.ts";

async function started(t: T, starting: Promise<{ url: string; close(): Promise<void> }>): Promise<string> {
	const server = await starting;
	t.teardown(() => server.close());
	return server.url;
}

const removeAll = (url: string) => async (response: Response) => {
	for (const index of Object.keys((await response.json()) as object))
		await fetch(`${url}/${index}`, { method: "DELETE" });
};
