import test from "ava";
import { consumer } from "../../runtime/events/consumer.ts";
import { service } from "../../runtime/service.ts";
import { commandCount } from "../../runtime/store/connection.ts";
import { productChanged, productDeleted, ratingChanged } from "../../schemas/events.ts";
import {
	categoryProducts,
	createProduct,
	deleteProduct,
	getProduct,
	listCategories,
	listProducts,
	productPage,
	productsById,
	saleItems,
	setInventory,
	updateProduct,
} from "../../schemas/product.ts";
import { products, variants } from "./model.ts";
import { type Shop, startProduct } from "./testing.ts";

const usd = (amount: number) => ({ amount, currency: "USD" });
const heard: string[] = [];
const listener = service({
	name: "listener",
	actions: [],
	consumers: [
		consumer(productChanged, "changed", async ({ data }) => heard.push(`changed ${data.productId}`)),
		consumer(productDeleted, "deleted", async ({ data }) => heard.push(`deleted ${data.productId}`)),
	],
});

let shop: Shop;
test.before(async () => {
	shop = await startProduct([listener]);
});
test.after.always(() => shop?.stop());

let counter = 0;
const make = (more: object = {}) => {
	const n = ++counter;
	return shop.ask(createProduct, { title: `Thing ${n}`, variants: [{ sku: `C-${n}`, price: usd(100) }], ...more });
};

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("a product is found by its id and by its slug, with what is in stock", async (t) => {
	const made = await shop.ask(createProduct, {
		title: "Käse & Brot",
		description: "<p onclick=x>Good</p><script>1</script>",
		category: "Food > Cheese",
		tags: ["a, b", "a"],
		images: [{ url: "/images/a.svg" }],
		variants: [
			{ sku: "KB-S", price: usd(500), options: { Size: "Small" } },
			{ sku: "KB-L", price: usd(900), compareAtPrice: usd(1000), options: { Size: "Large" }, image: "/images/l.svg" },
		],
	});
	t.like(made, {
		slug: "kase-brot",
		description: "<p>Good</p>",
		category: "food-cheese",
		tags: ["a", "b"],
		options: [{ name: "Size", values: ["Small", "Large"] }],
		rating: null,
		version: 1,
	});
	await shop.ask(setInventory, { sku: "KB-L", onHand: 4 });
	const found = await shop.ask(getProduct, { id: "kase-brot" });
	t.deepEqual(await shop.ask(getProduct, { id: made.id }), found);
	t.deepEqual(
		found.variants.map(({ title, available, compareAtPrice }) => [title, available, compareAtPrice?.amount]),
		[
			["Small", 0, undefined],
			["Large", 4, 1000],
		],
	);
	const { data } = await shop.ask(saleItems, { skus: ["KB-L"] });
	t.like(data[0], { title: "Käse & Brot – Large", image: "/images/l.svg", slug: "kase-brot" });
	await until(() => heard.includes(`changed ${made.id}`));
	t.pass();
});

test.serial("a product read lately costs no command in a shop of one process", async (t) => {
	const { slug } = await make();
	await until(() => shop.node.relay.pending() === 0);
	const cost = async () => {
		const before = commandCount();
		await shop.ask(getProduct, { id: slug });
		return commandCount() - before;
	};
	const costs: number[] = [];
	for (let n = 0; n < 20; n++) costs.push(await cost());
	// Looks at the outboxes may fall between.
	t.is(Math.min(...costs), shop.node.settings.NATS_URL ? 1 : 0);
	t.true(costs[0]! <= 5);
});

test("drafts are unknown to the public and seen by the staff", async (t) => {
	const { id, slug } = await make({ status: "draft" });
	for (const key of [id, slug]) t.like(await t.throwsAsync(shop.ask(getProduct, { id: key })), { type: "not_found" });
	t.is((await shop.ask(getProduct, { id }, { scopes: ["catalog:read"] })).status, "draft");
	t.like(await t.throwsAsync(shop.ask(listProducts, { status: "draft" })), { type: "forbidden" });
	const { data } = await shop.ask(listProducts, { status: "draft" }, { scopes: ["catalog:read"] });
	t.true(data.some((product) => product.id === id));
	t.deepEqual(await shop.ask(productsById, { ids: [id] }), { data: [] });
	await shop.ask(updateProduct, { id, status: "active" });
	t.is((await shop.ask(getProduct, { id: slug })).status, "active");
	t.is((await shop.ask(saleItems, { skus: [`C-${id}`] })).data.length, 0);
});

test("a change with a stale If-Match is refused and changes nothing", async (t) => {
	const { id, version } = await make();
	const changed = await shop.ask(updateProduct, { id, title: "Better" }, { ifMatch: version });
	t.is(changed.version, version + 1);
	for (const attempt of [
		shop.ask(updateProduct, { id, title: "Worse" }, { ifMatch: version }),
		shop.ask(deleteProduct, { id }, { ifMatch: version }),
	])
		t.like(await t.throwsAsync(attempt), { type: "precondition_failed" });
	t.is((await shop.ask(getProduct, { id })).title, "Better");
	await shop.ask(deleteProduct, { id }, { ifMatch: changed.version });
	t.like(await t.throwsAsync(shop.ask(getProduct, { id })), { type: "not_found" });
	await until(() => heard.includes(`deleted ${id}`));
});

test("a change that changes nothing leaves the version", async (t) => {
	const { id, version, title } = await make();
	t.is((await shop.ask(updateProduct, { id, title })).version, version);
});

test("a SKU or a slug that is taken is refused, also when two come at once", async (t) => {
	const { slug } = await make({ variants: [{ sku: "TAKEN", price: usd(1) }] });
	const again = (sku: string) => shop.ask(createProduct, { title: "Again", variants: [{ sku, price: usd(1) }] });
	t.like(await t.throwsAsync(again("TAKEN")), { type: "sku_taken" });
	t.like(await t.throwsAsync(make({ slug })), { type: "slug_taken" });
	const results = await Promise.allSettled([again("RACE"), again("RACE"), again("RACE")]);
	t.is(results.filter(({ status }) => status === "fulfilled").length, 1);
	for (const result of results) if (result.status === "rejected") t.is(result.reason.type, "sku_taken");
});

test("products of one title get slugs of their own", async (t) => {
	const made = await Promise.all(
		["ONE", "TWO", "THREE"].map((sku) =>
			shop.ask(createProduct, { title: "Same Name", variants: [{ sku, price: usd(1) }] }),
		),
	);
	t.deepEqual(made.map(({ slug }) => slug).sort(), ["same-name", "same-name-2", "same-name-3"]);
});

/** Whether the store lets go of a unique value when its document changes, as MongoDB does; one beta server does not. */
async function freesUniqueValues(): Promise<boolean> {
	const collection = products.model.db
		.getClient()
		.db(products.model.db.name)
		.collection<{ _id: string; key: string }>("probe");
	await collection.createIndex({ key: 1 }, { unique: true });
	await collection.insertOne({ _id: "a", key: "one" });
	await collection.updateOne({ _id: "a" }, { $set: { key: "two" } });
	const freed = await collection.insertOne({ _id: "b", key: "one" }).then(
		() => true,
		() => false,
	);
	await collection.drop();
	return freed;
}

test("a SKU that its product gave up goes to another one with its stock", async (t) => {
	if (!(await freesUniqueValues())) {
		t.log(
			"this store keeps the old value of a changed document in its unique index: not a MongoDB to hold the shop against",
		);
		return t.pass();
	}
	const first = await make({ variants: [{ sku: "MOVES", price: usd(1) }] });
	await shop.ask(setInventory, { sku: "MOVES", onHand: 7 });
	await shop.ask(deleteProduct, { id: first.id });
	const second = await make({ slug: first.slug, variants: [{ sku: "MOVES", price: usd(2) }] });
	t.like(second.variants[0], { sku: "MOVES", available: 7, price: usd(2) });
	const [item] = (await shop.ask(saleItems, { skus: ["MOVES"] })).data;
	t.like(item, { productId: second.id, price: usd(2) });
});

test("variants are replaced by SKU, keep their ids and stock, and never change their SKU", async (t) => {
	const made = await make({
		variants: [
			{ sku: "V-A", price: usd(1), options: { Size: "A" } },
			{ sku: "V-B", price: usd(1), options: { Size: "B" } },
		],
	});
	await shop.ask(setInventory, { sku: "V-A", onHand: 3 });
	const next = await shop.ask(updateProduct, {
		id: made.id,
		variants: [
			{ sku: "V-C", price: usd(3), options: { Size: "C" } },
			{ sku: "V-A", price: usd(2) },
		],
	});
	t.like(next.variants, { length: 2, 0: { sku: "V-C", available: 0 }, 1: { sku: "V-A", available: 3, price: usd(2) } });
	t.is(next.variants[1]!.id, made.variants[0]!.id);
	t.deepEqual((await shop.ask(saleItems, { skus: ["V-B"] })).data, []);
	const renamed = shop.ask(updateProduct, {
		id: made.id,
		variants: [{ id: next.variants[1]!.id, sku: "V-Z", price: usd(1) }],
	});
	t.like(await t.throwsAsync(renamed), { type: "validation_failed", data: { errors: [{ path: "/variants/0/sku" }] } });
});

test("what cannot be sold in this shop is refused", async (t) => {
	const price = { amount: 1, currency: "EUR" };
	t.like(await t.throwsAsync(make({ variants: [{ sku: "EURO", price }] })), { type: "currency_not_supported" });
	t.like(await t.throwsAsync(make({ variants: [{ sku: "NEG", price: usd(-1) }] })), { type: "validation_failed" });
	const twice = [{ sku: "TWICE", price: usd(1) }];
	t.like(await t.throwsAsync(make({ variants: [...twice, ...twice] })), { type: "validation_failed" });
});

test("lists are paged newest first, by category, vendor and tag", async (t) => {
	const made = [];
	for (let n = 0; n < 7; n++)
		made.push(await make({ vendor: "Pager", tags: ["paged"], category: n < 4 ? "Pages > Left" : "Pages > Right" }));
	const ids = made.map(({ id }) => id).reverse();
	for (const [filter, expected] of [
		[{ vendor: "Pager" }, ids],
		[{ tag: "paged" }, ids],
		[{ category: "pages" }, ids],
		[{ category: "pages-left" }, ids.slice(3)],
		[{ category: "nothing" }, []],
	] as const) {
		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await shop.ask(listProducts, { ...filter, limit: 3, ...(cursor ? { cursor } : {}) });
			seen.push(...page.data.map(({ id }) => id));
			cursor = page.nextCursor ?? undefined;
		} while (cursor);
		t.deepEqual(seen, [...expected]);
	}
	const bad = shop.ask(listProducts, { cursor: "x" });
	t.like(await t.throwsAsync(bad), { type: "validation_failed" });
	t.like((await shop.ask(listProducts, { vendor: "Pager", limit: 1 })).data[0], {
		priceRange: { min: usd(100), max: usd(100) },
	});
	const parent = await shop.ask(categoryProducts, { id: "pages" });
	t.is(parent.data.length, 0);
	const deep = await shop.ask(categoryProducts, { id: "pages", deep: true });
	t.is(deep.data.length, 7);
	t.like(await t.throwsAsync(shop.ask(categoryProducts, { id: "nothing" })), { type: "not_found" });
	const { data } = await shop.ask(listCategories, {});
	t.like(
		data.find(({ slug }) => slug === "pages"),
		{ count: 7, parentId: null, title: "Pages" },
	);
	t.like(
		data.find(({ slug }) => slug === "pages-left"),
		{ count: 4, path: ["pages", "pages-left"] },
	);
});

test("all products come in the order of their ids, for an index", async (t) => {
	await make();
	const seen: string[] = [];
	for (;;) {
		const after = seen.at(-1);
		const { data } = await shop.ask(productPage, { limit: 2, ...(after ? { after } : {}) });
		if (data.length === 0) break;
		seen.push(...data.map(({ id }) => id));
	}
	t.deepEqual(seen, [...seen].sort());
	t.is(new Set(seen).size, seen.length);
});

test("an average rating is kept, and an older one that comes late is not", async (t) => {
	const { id, slug } = await make();
	const tell = (version: number, average: number, count: number) =>
		shop.node.bus.publish({
			id: `ratings/${id}/${version}/0`,
			name: ratingChanged.name,
			aggregate: id,
			at: new Date().toISOString(),
			data: { productId: id, version, average, count },
		});
	const rating = async () => (await shop.ask(getProduct, { id: slug })).rating;
	await tell(2, 4.5, 2);
	await until(async () => (await rating())?.count === 2);
	await tell(1, 5, 1);
	await tell(3, 0, 0);
	await until(async () => {
		const now = await rating();
		t.not(now?.count, 1);
		return now === null;
	});
});

test("what a crash left between a product and its variants is finished by its event", async (t) => {
	const id = "prod_crashed";
	const variant = {
		id: "var_crashed",
		sku: "CRASHED",
		title: "Default",
		options: {},
		price: 100,
		compareAtPrice: null,
		grams: 0,
		requiresShipping: true,
		barcode: null,
		image: null,
	};
	const now = new Date().toISOString();
	const { newProduct } = await import("./domain.ts");
	await products.insert(newProduct(id, { slug: "crashed", title: "Crashed", variants: [variant] }, now), [
		{ name: productChanged.name, data: { productId: id } },
	]);
	await until(async () => (await variants.find("var_crashed")) !== null);
	t.like((await shop.ask(saleItems, { skus: ["CRASHED"] })).data[0], { variantId: "var_crashed", available: 0 });
	t.is((await shop.ask(getProduct, { id: "crashed" })).variants[0]!.sku, "CRASHED");
});
