import test from "ava";
import { startElasticsearch } from "../../embedded/elasticsearch/index.ts";
import { suggest } from "../../schemas/search.ts";
import { startSearch } from "./testing.ts";

const price = (sku: string, amount: number) => [{ sku, price: { amount, currency: "USD" } }];
const titles = ({ data }: { data: { product: { title: string } }[] }) => data.map(({ product }) => product.title);

test("without the index the plain list answers, and says so", async (t) => {
	const server = await startElasticsearch();
	const shop = await startSearch(t, { ELASTICSEARCH_URL: server.url });
	await shop.sell(
		{ title: "Red kettle", vendor: "Acme", variants: price("K-1", 100) },
		{ title: "Blue pot", variants: price("K-2", 900) },
	);
	await shop.until({ q: "kettle" }, ({ total, degraded }) => total === 1 && !degraded);
	await server.close();
	const found = await shop.search({ q: "red kettle" });
	t.true(found.degraded);
	t.deepEqual(titles(found), ["Red kettle"]);
	t.deepEqual(titles(await shop.search({ minPrice: 500 })), ["Blue pot"]);
	t.deepEqual((await shop.ask(suggest, { q: "ket" })).data, [
		{ text: "kettle", type: "phrase" },
		{ text: "Red kettle", type: "product", id: found.data[0]!.product.id },
	]);
	// It comes back empty, and is filled again.
	const again = await startElasticsearch({ port: Number(new URL(server.url).port) });
	t.teardown(() => again.close());
	await shop.sell({ title: "Green kettle", variants: price("K-3", 100) });
	await shop.until({ q: "kettle" }, ({ total, degraded }) => total === 2 && !degraded);
});
