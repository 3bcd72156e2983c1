import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { startElasticsearch } from "../embedded/elasticsearch/index.ts";
import { readSettings, type Settings } from "../runtime/config.ts";
import type { ProductListEntry } from "../schemas/product.ts";
import { answer } from "../services/search/answer.ts";
import { indexed } from "../services/search/domain.ts";
import { closeIndex, createNext, discard, openIndex, promote, write } from "../services/search/model.ts";

/** `{ query: { productId: 0..3 } }` */
export type Judgements = Record<string, Record<string, number>>;
/** A line of the catalogue of querqy/chorus: `attr_t_*` are texts, the price is in cents. */
export type CatalogueLine = Record<string, unknown> & {
	id: string;
	name: string;
	title: string;
	supplier: string;
	price: number;
};

export interface Quality {
	/** Mean over the queries that have a relevant product. */
	ndcg: number;
	queries: number;
	/** Milliseconds of a search with its facets. */
	p50: number;
	p95: number;
	byQuery: Record<string, number>;
}

/** Fills an index at a URL with the products and asks all judged queries. */
export async function measure(
	url: string,
	products: CatalogueLine[],
	judgements: Judgements,
	rounds = 1,
): Promise<Quality> {
	const settings = readSettings({ ELASTICSEARCH_URL: url, NAMESPACE: `quality${process.pid}` }, () => "") as Settings;
	await openIndex(settings);
	const index = await createNext();
	try {
		for (let from = 0; from < products.length; from += 500) {
			const page = products.slice(from, from + 500).map(entryOf);
			const { failed } = await write(
				page.map((entry) => ({ index, id: entry.id, product: indexed(entry, () => undefined), seen: null })),
			);
			if (failed.size > 0) throw failed.values().next().value;
		}
		await promote(index);
		return await ask(judgements, rounds);
	} finally {
		await discard(index);
		await closeIndex();
	}
}

async function ask(judgements: Judgements, rounds: number): Promise<Quality> {
	const byQuery: Record<string, number> = {};
	const times: number[] = [];
	// A fresh index of a busy server answers its first question late, or not in time.
	await answer({ q: Object.keys(judgements)[0] as string, limit: 10 }).catch(() => {});
	for (let round = 0; round < rounds; round++) {
		for (const [q, judged] of Object.entries(judgements)) {
			const began = performance.now();
			const { data } = await answer({ q, limit: 10 });
			times.push(performance.now() - began);
			const gain = ndcg(
				data.map(({ product }) => judged[product.id] ?? 0),
				Object.values(judged),
			);
			if (gain !== null) byQuery[q] = gain;
		}
	}
	times.sort((a, b) => a - b);
	const gains = Object.values(byQuery);
	const at = (share: number) => times[Math.floor((times.length - 1) * share)]!;
	return {
		ndcg: gains.reduce((a, b) => a + b, 0) / gains.length,
		queries: gains.length,
		p50: at(0.5),
		p95: at(0.95),
		byQuery,
	};
}

/** Discounted gains of the first ten, by those of the best order; null where nothing is relevant. */
export function ndcg(shown: number[], all: number[]): number | null {
	const sum = (grades: number[]) =>
		grades.slice(0, 10).reduce((total, grade, i) => total + (2 ** grade - 1) / Math.log2(i + 2), 0);
	const ideal = sum(all.toSorted((a, b) => b - a));
	return ideal === 0 ? null : sum(shown) / ideal;
}

/** The product that an import would make of a line: attributes stand in its description, its type is its category. */
export function entryOf(line: CatalogueLine): ProductListEntry {
	const texts = Object.entries(line).filter(([name]) => name.startsWith("attr_t_"));
	const type = String(line.attr_t_product_type ?? "");
	const colour = line.attr_t_product_colour;
	const price = { amount: line.price, currency: "USD" };
	const released = String(line.date_released ?? "2000-01-01T00:00:00Z");
	return {
		id: line.id,
		slug: line.id,
		title: line.title,
		description: [line.short_description ?? "", ...texts.map(([, value]) => value)].join(". "),
		vendor: line.supplier,
		category: type === "" ? null : type.toLowerCase(),
		tags: colour === undefined ? [] : [String(colour)],
		status: "active",
		options: [],
		variants: [
			{ id: line.id, sku: line.name, title: "Default", options: {}, price, compareAtPrice: null, available: 1 },
		],
		priceRange: { min: price, max: price },
		images: [],
		rating: null,
		version: 1,
		createdAt: released,
		updatedAt: released,
	};
}

async function main([catalogue, judged]: string[]): Promise<void> {
	if (!catalogue || !judged) {
		console.error(
			"node bench/search-quality.ts CATALOGUE.ndjson.gz JUDGEMENTS.json [with ELASTICSEARCH_URL: on that server, too]",
		);
		process.exitCode = 2;
		return;
	}
	const lines = gunzipSync(readFileSync(catalogue)).toString("utf8").trim().split("\n");
	const products = lines.map((line) => JSON.parse(line) as CatalogueLine);
	const judgements = JSON.parse(readFileSync(judged, "utf8")) as Judgements;
	const embedded = await startElasticsearch();
	const backends: [string, string][] = [["embedded", embedded.url]];
	if (process.env.ELASTICSEARCH_URL) backends.push(["elasticsearch", process.env.ELASTICSEARCH_URL]);
	for (const [name, url] of backends) {
		const { ndcg, queries, p50, p95, byQuery } = await measure(url, products, judgements, 5);
		console.log(
			`${name}: nDCG@10 ${ndcg.toFixed(4)} over ${queries} queries, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`,
		);
		const worst = Object.entries(byQuery)
			.sort((a, b) => a[1] - b[1])
			.slice(0, 8);
		console.log(`  worst: ${worst.map(([q, gain]) => `${q} ${gain.toFixed(2)}`).join(", ")}`);
	}
	await embedded.close();
}

if (import.meta.main) await main(process.argv.slice(2));
