import { startElasticsearch } from "../../embedded/elasticsearch/index.ts";
import { newId } from "../../runtime/ids.ts";
import { type Ending, type TestNode, testNode } from "../../runtime/testing.ts";
import type { Params, Result } from "../../schemas/contract.ts";
import { createProduct, deleteProduct } from "../../schemas/product.ts";
import { search as searchContract } from "../../schemas/search.ts";
import product from "../product/product.service.ts";
import search from "./search.service.ts";

type Question = Params<typeof searchContract>;
type Answer = Result<typeof searchContract>;

/** A catalogue and its search, on MONGODB_URL and ELASTICSEARCH_URL or the embedded ones, for tests. */
export interface SearchShop extends Pick<TestNode, "node" | "ask"> {
	elasticsearch: string;
	search(question: Question): Promise<Answer>;
	/** Searches until the answer is as wanted. @throws after five seconds, with the last answer */
	until(question: Question, wanted: (answer: Answer) => boolean): Promise<Answer>;
	/** Makes products of a few fields. */
	sell(...products: Partial<Params<typeof createProduct>>[]): Promise<string[]>;
	/** Takes everything out of the shop. */
	empty(): Promise<void>;
}

export async function startSearch(t: Ending, environment: Record<string, string> = {}): Promise<SearchShop> {
	const elasticsearch = environment.ELASTICSEARCH_URL ?? process.env.ELASTICSEARCH_URL ?? (await embedded(t));
	const namespace = newId("search").slice(0, 24);
	// When the node has ended: until then it may write what it heard last.
	if (elasticsearch === process.env.ELASTICSEARCH_URL)
		t.teardown(() => fetch(`${elasticsearch}/${namespace}-products`).then(removeAll(elasticsearch)));
	const { node, ask } = await testNode(
		t,
		[product, search],
		{ ELASTICSEARCH_URL: elasticsearch, NAMESPACE: namespace, ...environment },
		{ patience: { attempts: 8, firstDelay: 50, longestDelay: 1_000 } },
	);
	let made = 0;
	const sold: string[] = [];
	const find = (question: Question) => ask(searchContract, question);
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
		ask,
		search: find,
		until,
		async empty() {
			for (const id of sold.splice(0)) await ask(deleteProduct, { id }).catch(() => {});
			await until({}, ({ total }) => total === 0);
		},
		async sell(...products) {
			const ids: string[] = [];
			for (const one of products) {
				const variants = one.variants ?? [{ sku: `SKU-${++made}`, price: { amount: 1_000 * made, currency: "USD" } }];
				ids.push((await ask(createProduct, { title: "Thing", ...one, variants })).id);
			}
			sold.push(...ids);
			return ids;
		},
	};
}

async function embedded(t: Ending): Promise<string> {
	const server = await startElasticsearch();
	t.teardown(() => server.close());
	return server.url;
}

const removeAll = (url: string) => async (response: Response) => {
	for (const index of Object.keys((await response.json()) as object))
		await fetch(`${url}/${index}`, { method: "DELETE" });
};
