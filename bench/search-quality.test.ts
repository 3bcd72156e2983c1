import { readFileSync } from "node:fs";
import test from "ava";
import { startElasticsearch } from "../embedded/elasticsearch/index.ts";
import { type CatalogueLine, type Judgements, measure } from "./search-quality.ts";

/** Of a catalogue this small most queries find everything that is relevant; search-quality.ts measures the whole one. */
const FLOOR = 0.8;

test("shoppers' queries find what people judged relevant among the first ten", async (t) => {
	const { products, judgements } = JSON.parse(readFileSync(new URL("judged.json", import.meta.url), "utf8")) as {
		products: CatalogueLine[];
		judgements: Judgements;
	};
	const server = process.env.ELASTICSEARCH_URL === undefined ? await startElasticsearch() : null;
	t.teardown(() => server?.close());
	const { ndcg, queries, byQuery } = await measure(process.env.ELASTICSEARCH_URL ?? server!.url, products, judgements);
	t.log(`nDCG@10 ${ndcg.toFixed(3)}`);
	t.is(queries, 12);
	t.true(ndcg >= FLOOR, JSON.stringify(byQuery));
});
