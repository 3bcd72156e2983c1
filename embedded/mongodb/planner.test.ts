import test from "ava";
import type { Collection, Document } from "mongodb";
import { openDb } from "./testing.ts";

type Item = Document & { _id: number };

async function plan(items: Collection<Item>, filter: Document, sort?: Document, limit = 0): Promise<Document> {
	const { queryPlanner } = (await items
		.find(filter as never, { ...(sort ? { sort } : {}), limit })
		.explain()) as Document;
	return queryPlanner.winningPlan;
}

async function catalogue(t: Parameters<typeof openDb>[0], count = 2000): Promise<Collection<Item>> {
	const items = (await openDb(t)).collection<Item>("items");
	await items.createIndexes([
		{ key: { sku: 1 }, unique: true },
		{ key: { status: 1, createdAt: -1 } },
		{ key: { createdAt: -1 } },
		{ key: { tags: 1, price: 1 } },
		{ key: { open: 1 }, partialFilterExpression: { open: true } },
		{ key: { email: 1 }, sparse: true },
	]);
	const docs = Array.from({ length: count }, (_, i) => ({
		_id: i,
		sku: `S${i}`,
		status: i % 2 ? "live" : "draft",
		createdAt: new Date(i * 1000),
		tags: [`t${i % 10}`, "all"],
		price: i % 100,
		...(i % 500 ? {} : { open: true, email: `m${i}` }),
	}));
	for (let i = 0; i < count; i += 1000) await items.insertMany(docs.slice(i, i + 1000));
	return items;
}

test("equality, $in, ranges and sorts use their indexes", async (t) => {
	const items = await catalogue(t);
	const expect = async (wanted: Document, ...query: [Document, Document?, number?]) =>
		t.like(await plan(items, ...query), wanted);
	await expect({ stage: "IDHACK" }, { _id: 5 });
	await expect({ stage: "COLLSCAN" }, {});
	await expect({ indexName: "_id_", ranges: 1, sortsInMemory: false }, { _id: { $gt: 5 } }, { _id: 1 }, 10);
	await expect({ indexName: "_id_", ranges: 3 }, { _id: { $in: [1, 2, 3] } });
	await expect({ indexName: "sku_1", ranges: 1 }, { sku: "S5" });
	await expect({ indexName: "sku_1", ranges: 2 }, { sku: { $in: ["S5", "S6"] } });
	await expect({ indexName: "sku_1" }, { sku: /^S12/ });
	await expect(
		{ indexName: "status_1_createdAt_-1", direction: "forward", sortsInMemory: false },
		{ status: "live" },
		{ createdAt: -1 },
		20,
	);
	await expect(
		{ indexName: "status_1_createdAt_-1", direction: "backward", sortsInMemory: false },
		{ status: "live" },
		{ createdAt: 1 },
		20,
	);
	await expect({ indexName: "createdAt_-1", sortsInMemory: false }, {}, { createdAt: -1 }, 20);
	await expect({ indexName: "createdAt_-1", ranges: 1 }, { createdAt: { $lt: new Date(5000) } });
	await expect({ indexName: "tags_1_price_1", ranges: 1, sortsInMemory: false }, { tags: "t3" }, { price: 1 }, 5);
	await expect({ indexName: "createdAt_-1", sortsInMemory: true }, {}, { createdAt: -1, sku: 1 }, 20);
	await expect({ indexName: "open_1" }, { open: true });
	await expect({ stage: "COLLSCAN" }, { open: false });
	await expect({ indexName: "email_1" }, { email: "m0" });
	await expect({ stage: "COLLSCAN" }, { email: null });
	await expect({ stage: "COLLSCAN", sortsInMemory: true }, {}, { email: 1 });
	await expect({ stage: "COLLSCAN" }, { sku: { $ne: "S1" } });
});

test("a filter finds the same documents with and without its index", async (t) => {
	const items = await catalogue(t, 1000);
	const filters: Document[] = [
		{ tags: "t3", price: { $gt: 50 } },
		{ tags: { $in: ["t3", "all"] } },
		{ createdAt: { $gte: new Date(10_000), $lt: new Date(20_000) } },
		{ status: { $in: ["live", "draft"] }, createdAt: { $gt: new Date(990_000) } },
		{ sku: /^S99/ },
		{ open: true },
		{ status: "live", price: 7 },
	];
	const ids = async (filter: Document, hint?: Document) =>
		(await items.find(filter as never, hint ? { hint } : {}).toArray()).map(({ _id }) => _id).sort((a, b) => a - b);
	for (const filter of filters)
		t.deepEqual(await ids(filter), await ids(filter, { $natural: 1 }), JSON.stringify(filter));
});

test("an index gives the first field of a sort and equal neighbours are sorted by the rest", async (t) => {
	const items = (await openDb(t)).collection<Item>("items");
	await items.createIndex({ day: -1 });
	await items.insertMany(Array.from({ length: 600 }, (_, i) => ({ _id: (i * 7919) % 601, day: (i * 31) % 50 })));
	const all = (await items.find().toArray()).sort((a, b) => b.day - a.day || a._id - b._id);
	t.deepEqual(await items.find().sort({ day: -1, _id: 1 }).toArray(), all);
	t.deepEqual(await items.find().sort({ day: -1, _id: 1 }).skip(40).limit(30).toArray(), all.slice(40, 70));
	t.deepEqual(await items.find().sort({ day: 1, _id: -1 }).limit(30).toArray(), all.toReversed().slice(0, 30));
});

test("a page of 20,000 documents is found by its index", async (t) => {
	const items = await catalogue(t, 20_000);
	let last = new Date(20_000_000);
	let seen = 0;
	for (let page = 0; page < 50; page++) {
		const filter = { status: "live", createdAt: { $lt: last } };
		t.like(await plan(items, filter, { createdAt: -1 }, 20), { ranges: 1, sortsInMemory: false });
		const found = await items.find(filter).sort({ createdAt: -1 }).limit(20).toArray();
		seen += found.length;
		last = found.at(-1)!.createdAt;
	}
	t.is(seen, 1000);
	t.is(last.getTime(), 19_999_000 - 999 * 2000);
	t.is(await items.countDocuments({ tags: "t3" }), 2000);
	let n = 0;
	for await (const _ of items.find({ price: { $gte: 50 } }, { batchSize: 500 })) n++;
	t.is(n, 10_000);
});
