import test from "ava";
import { codeOf } from "../../runtime/errors.ts";
import { endings } from "../../runtime/testing.ts";
import { deleteProduct, setInventory, updateProduct } from "../../schemas/product.ts";
import { reindex, suggest } from "../../schemas/search.ts";
import { indexed } from "./domain.ts";
import changed from "./events/product-changed.ts";
import stockChanged from "./events/stock-changed.ts";
import { seen, type Target, targets, write } from "./model.ts";
import { type SearchShop, startSearch } from "./testing.ts";

const money = (amount: number) => ({ amount, currency: "USD" });
const price = (sku: string, amount: number) => [{ sku, price: money(amount) }];
const ends = endings();
let shop: SearchShop;

// A process is one node, so all tests use it, one after the other.
test.before(async () => {
	shop = await startSearch(ends);
});
test.afterEach.always(() => shop.empty());
test.after.always(ends.close);

const titles = ({ data }: { data: { product: { title: string } }[] }) => data.map(({ product }) => product.title);

test.serial("a change of price or stock is found", async (t) => {
	const [id] = await shop.sell({ title: "Canvas sneakers", variants: price("SNK-1", 4_900) });
	const found = await shop.until({ q: "sneaker" }, ({ total, degraded }) => total === 1 && !degraded);
	t.true(found.data[0]!.score > 0);
	t.is(found.data[0]!.product.variants[0]!.available, 0);
	await shop.ask(setInventory, { sku: "SNK-1", onHand: 7 });
	const stocked = await shop.until({ q: "sneaker", inStock: true }, ({ total }) => total === 1);
	t.is(stocked.data[0]!.product.variants[0]!.available, 7);
	await shop.ask(updateProduct, { id: id!, variants: price("SNK-1", 3_900) });
	await shop.until({ q: "sneaker", maxPrice: 4_000 }, ({ total }) => total === 1);
	await shop.ask(deleteProduct, { id: id! });
	await shop.until({ q: "sneaker" }, ({ total }) => total === 0);
});

test.serial("words are found whatever their plural, spelling, order or place", async (t) => {
	await shop.sell(
		{
			title: "Canvas sneakers",
			slug: "acme-sneakers",
			vendor: "Acme",
			tags: ["summer"],
			variants: price("AC-100-X", 100),
		},
		{
			title: "Café table",
			vendor: "Möbel House",
			description: "<p>Seats <b>four</b> people</p>",
			variants: price("T-1", 100),
		},
		{ title: "USB stick 64 GB", vendor: "Acme", variants: price("U-64", 100) },
		{ title: 'Notebook 17" black', vendor: "Globex", variants: price("N-17", 100) },
	);
	await shop.until({}, ({ total, degraded }) => total === 4 && !degraded);
	const first = async (q: string) => titles(await shop.search({ q }))[0];
	t.is(await first("sneekers"), "Canvas sneakers");
	t.is(await first("acme sneaker"), "Canvas sneakers");
	t.is(await first("summer"), "Canvas sneakers");
	t.is(await first("ac-100-x"), "Canvas sneakers");
	t.is(await first("tables for four"), "Café table");
	t.is(await first("mobel cafe"), "Café table");
	t.is(await first("64gb stick"), "USB stick 64 GB");
	t.is(await first("17 inch notebooks"), 'Notebook 17" black');
	t.is(await first("purple sneakers with wings"), "Canvas sneakers");
	t.deepEqual(titles(await shop.search({ q: "zzzzzz" })), []);
});

test.serial("the other values of a chosen facet stay to be chosen", async (t) => {
	await shop.sell(
		{
			title: "Red mug",
			vendor: "Acme",
			category: "Kitchen > Tableware",
			tags: ["gift"],
			variants: price("M-1", 1_200),
		},
		{
			title: "Blue mug",
			vendor: "Globex",
			category: "Kitchen > Tableware",
			tags: ["gift", "sale"],
			variants: price("M-2", 1_800),
		},
		{ title: "Steel mug", vendor: "Globex", category: "Outdoor", variants: price("M-3", 3_000) },
	);
	await shop.until({ q: "mug" }, ({ total }) => total === 3);
	const all = (await shop.search({ q: "mug" })).facets;
	t.deepEqual(all.vendor, [
		{ value: "Globex", count: 2 },
		{ value: "Acme", count: 1 },
	]);
	t.deepEqual(all.category, [
		{ value: "kitchen", count: 2 },
		{ value: "kitchen-tableware", count: 2 },
		{ value: "outdoor", count: 1 },
	]);
	t.deepEqual(all.price, [
		{ from: 1_000, to: 2_500, count: 2 },
		{ from: 2_500, to: 5_000, count: 1 },
	]);
	const chosen = await shop.search({ q: "mug", vendor: "Acme" });
	t.is(chosen.total, 1);
	t.deepEqual(chosen.facets.vendor, all.vendor);
	t.deepEqual(chosen.facets.tag, [{ value: "gift", count: 1 }]);
	const both = await shop.search({ q: "mug", vendor: "Globex", category: "kitchen" });
	t.deepEqual(titles(both), ["Blue mug"]);
	t.deepEqual(both.facets.vendor, [
		{ value: "Acme", count: 1 },
		{ value: "Globex", count: 1 },
	]);
	t.deepEqual(titles(await shop.search({ minPrice: 1_000, maxPrice: 2_000, sort: "-price" })), ["Blue mug", "Red mug"]);
});

test.serial("pages of any ordering follow each other without a gap or a repeat", async (t) => {
	await shop.sell(
		...Array.from({ length: 7 }, (_, i) => ({
			title: `Lamp ${"x".repeat(i % 3)}`,
			variants: price(`L-${i}`, 1_000 + (i % 3)),
		})),
	);
	await shop.until({ q: "lamp" }, ({ total }) => total === 7);
	for (const sort of ["relevance", "price", "-price", "newest", "rating"] as const) {
		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await shop.search({ q: "lamp", sort, limit: 3, ...(cursor ? { cursor } : {}) });
			seen.push(...page.data.map(({ product }) => product.id));
			cursor = page.nextCursor ?? undefined;
		} while (cursor);
		t.is(new Set(seen).size, 7, sort);
		t.is(seen.length, 7, sort);
	}
	const { nextCursor } = await shop.search({ q: "lamp", sort: "price", limit: 3 });
	const error = await t.throwsAsync(shop.search({ q: "lamp", sort: "rating", cursor: nextCursor! }));
	t.is(codeOf(error), "validation_failed");
});

test.serial("events that come late, twice and out of order leave the newest product in the index", async (t) => {
	const [id] = await shop.sell({ title: "First title", variants: price("E-1", 100) });
	const event = (name: string) => ({
		id: `products/${id}/1/0`,
		name,
		aggregate: id!,
		at: new Date(0).toISOString(),
		attempt: 1,
		data: { productId: id! },
	});
	for (const title of ["Second title", "Third title"]) await shop.ask(updateProduct, { id: id!, title });
	const from = shop.node.broker as never;
	await Promise.all(
		Array.from({ length: 20 }, (_, i) =>
			(i % 2 ? changed : stockChanged).handle(event("product.changed") as never, from),
		),
	);
	const { data } = await shop.until({ q: "third title" }, ({ data }) => data[0]?.product.title === "Third title");
	t.is(data.length, 1);
	await shop.ask(deleteProduct, { id: id! });
	await changed.handle(event("product.changed") as never, from);
	await shop.until({}, ({ total }) => total === 0);
});

test.serial("of two that write at once the one that read later has the last word", async (t) => {
	const [id] = await shop.sell({ title: "Vase", variants: price("V-1", 100) });
	const { data } = await shop.until({ q: "vase" }, ({ total, degraded }) => total === 1 && !degraded);
	const [{ index }] = (await targets()) as [Target];
	const product = (title: string) => indexed({ ...data[0]!.product, title }, () => undefined);
	const [early] = await seen(index, [id!]);
	const put = (title: string) => write([{ index, id: id!, product: product(title), seen: early! }]);
	t.is((await put("Later vase")).overtaken.size, 0);
	t.deepEqual([...(await put("Earlier vase")).overtaken], [id!]);
	await shop.until({ q: "vase" }, ({ data }) => data[0]?.product.title === "Later vase");
});

test.serial("while the index is filled anew no search sees less, and changes are not lost", async (t) => {
	const ids = await shop.sell(
		...Array.from({ length: 30 }, (_, i) => ({ title: `Chair ${i}`, variants: price(`C-${i}`, 100) })),
	);
	await shop.until({ q: "chair" }, ({ total, degraded }) => total === 30 && !degraded);
	let done = false;
	const totals: number[] = [];
	const watch = (async () => {
		while (!done) totals.push((await shop.search({ q: "chair" })).total);
	})();
	const filling = shop.ask(reindex, {});
	await Promise.all([
		shop.ask(updateProduct, { id: ids[3]!, title: "Armchair 3 chair" }),
		shop.sell({ title: "Chair 30", variants: price("C-30", 100) }),
	]);
	t.true((await filling).indexed >= 30);
	await shop.until({ q: "armchair" }, ({ data }) => data[0]?.product.id === ids[3]);
	await shop.until({ q: "chair" }, ({ total }) => total === 31);
	done = true;
	await watch;
	t.true(
		totals.every((total) => total >= 30),
		`saw ${Math.min(...totals)}`,
	);
	const indices = (await (await fetch(`${shop.elasticsearch}/_alias`)).json()) as object;
	t.is(Object.keys(indices).filter((name) => name.startsWith(shop.node.settings.NAMESPACE)).length, 1);
});

test.serial("what is typed is completed to phrases, categories, vendors and products", async (t) => {
	await shop.sell(
		{ title: "Red dress with pockets", vendor: "Reddy", category: "Clothing > Dresses", variants: price("D-1", 100) },
		{ title: "Red dress", vendor: "Acme", category: "Clothing > Dresses", variants: price("D-2", 100) },
		{ title: "Dreamcatcher, red", vendor: "Dreamers", variants: price("D-3", 100) },
	);
	await shop.until({ q: "red" }, ({ total, degraded }) => total === 3 && !degraded);
	const said = async (q: string) => (await shop.ask(suggest, { q })).data.map(({ text, type }) => `${type}: ${text}`);
	const typed = await said("red dr");
	t.deepEqual(typed.slice(0, 2), ["phrase: red dress", "phrase: red dress with"]);
	t.deepEqual(typed.slice(2).sort(), [
		"product: Dreamcatcher, red",
		"product: Red dress",
		"product: Red dress with pockets",
	]);
	t.true((await said("dress")).includes("category: Dresses"));
	t.true((await said("dream")).includes("vendor: Dreamers"));
	t.true((await said("derss")).includes("product: Red dress"));
	t.deepEqual(await said("?!"), []);
});
