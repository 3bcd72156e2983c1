import test from "ava";
import { type Db, Decimal128, type Document, Double, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from "mongodb";
import { openDb } from "./testing.ts";

const oid = new ObjectId("65f000000000000000000001");
const day = new Date("2024-01-02");

const docs: Document[] = [
	{
		_id: 1,
		n: 5,
		s: "apple",
		tags: ["red", "fruit"],
		size: { w: 1, h: 2 },
		lines: [
			{ sku: "A", q: 1 },
			{ sku: "B", q: 9 },
		],
		at: day,
		ref: oid,
	},
	{ _id: 2, n: 7.5, s: "Banana", tags: [], size: { h: 2, w: 1 }, lines: [{ sku: "A", q: 9 }], ok: true },
	{ _id: 3, n: Long.fromNumber(5), s: null, tags: "red", lines: [], nested: [[1, 2], [3]] },
	{ _id: 4, n: [1, 20], tags: ["fruit", "red"], size: 7, ok: false },
	{ _id: 5, s: "cherry", lines: [{ q: null }, {}], a: [{ b: [1, 2] }, { b: [3] }] },
	{ _id: 6, n: "5", s: "apple pie", d: Decimal128.fromString("5.0") },
];

async function filled(t: Parameters<typeof openDb>[0]): Promise<Db> {
	const db = await openDb(t);
	await db.collection("items").insertMany(structuredClone(docs.map((doc) => doc._id)).map((_, i) => docs[i]!));
	return db;
}

const filters: [filter: object, ids: number[]][] = [
	[{ n: 5 }, [1, 3]],
	[{ n: { $gt: 5 } }, [2, 4]],
	[{ n: { $gt: 5, $lt: 10 } }, [2, 4]],
	[{ n: { $elemMatch: { $gt: 5, $lt: 10 } } }, []],
	[{ n: { $in: [5, 20, "5"] } }, [1, 3, 4, 6]],
	[{ n: { $nin: [5, 20] } }, [2, 5, 6]],
	[{ n: { $ne: 5 } }, [2, 4, 5, 6]],
	[{ d: 5 }, [6]],
	[{ s: null }, [3, 4]],
	[{ s: { $exists: false } }, [4]],
	[{ s: { $exists: true, $ne: null } }, [1, 2, 5, 6]],
	[{ s: { $type: "null" } }, [3]],
	[{ n: { $type: "string" } }, [6]],
	[{ n: { $type: "number" } }, [1, 2, 3, 4]],
	[{ tags: "red" }, [1, 3, 4]],
	[{ tags: ["red", "fruit"] }, [1]],
	[{ tags: { $all: ["fruit", "red"] } }, [1, 4]],
	[{ tags: { $size: 0 } }, [2]],
	[{ tags: [] }, [2]],
	[{ tags: { $in: [[]] } }, [2]],
	[{ size: { w: 1, h: 2 } }, [1]],
	[{ "size.w": 1 }, [1, 2]],
	[{ "size.w": null }, [3, 4, 5, 6]],
	[{ "lines.sku": "A", "lines.q": 9 }, [1, 2]],
	[{ lines: { $elemMatch: { sku: "A", q: 9 } } }, [2]],
	[{ "lines.0.sku": "A" }, [1, 2]],
	[{ "lines.q": null }, [4, 5, 6]],
	[{ "lines.sku": { $exists: false } }, [3, 4, 5, 6]],
	[{ nested: [1, 2] }, [3]],
	[{ nested: { $elemMatch: { $elemMatch: { $gt: 2 } } } }, [3]],
	[{ "a.b": 3 }, [5]],
	[{ "a.b": { $all: [1, 3] } }, [5]],
	[{ "a.b": { $size: 2 } }, [5]],
	[{ "a.1.b.0": 3 }, [5]],
	[{ s: /^apple/ }, [1, 6]],
	[{ s: { $regex: "^BAN", $options: "i" } }, [2]],
	[{ s: { $in: [/^b/i, "cherry"] } }, [2, 5]],
	[{ s: { $not: /apple/ } }, [2, 3, 4, 5]],
	[{ n: { $not: { $gt: 5 } } }, [1, 3, 5, 6]],
	[{ n: { $mod: [5, 0] } }, [1, 3, 4]],
	[{ $or: [{ s: "cherry" }, { ok: true }] }, [2, 5]],
	[{ $nor: [{ s: "cherry" }, { n: { $exists: true } }] }, []],
	[{ $and: [{ tags: "red" }, { n: { $gte: 5 } }] }, [1, 3, 4]],
	[{ at: { $gte: day } }, [1]],
	[{ at: { $lt: day } }, []],
	[{ ref: oid }, [1]],
	[{ ok: { $ne: true } }, [1, 3, 4, 5, 6]],
	[{ $expr: { $gt: ["$size.w", 0] } }, [1, 2]],
	[{ $expr: { $eq: ["$s", "cherry"] } }, [5]],
	[{ n: { $gte: new MinKey() } }, [1, 2, 3, 4, 5, 6]],
	[{ n: { $gt: "4" } }, [6]],
	[{ _id: { $in: [1, 4, 99] } }, [1, 4]],
	[{ _id: { $gt: 2, $lte: 4 } }, [3, 4]],
	[{ constructor: null, toString: { $exists: false } }, [1, 2, 3, 4, 5, 6]],
];

for (const [filter, ids] of filters)
	for (const indexed of [false, true])
		test(`${indexed ? "indexed " : ""}filter ${JSON.stringify(filter, (_, value) => (value instanceof RegExp ? String(value) : value))}`, async (t) => {
			const items = (await filled(t)).collection<{ _id: number }>("items");
			if (indexed) {
				const names = new Set(
					Object.keys(filter).filter((name) => !name.startsWith("$") && name !== "_id" && name !== "constructor"),
				);
				if (names.size === 0) return t.pass();
				await items.createIndexes([...names].map((name) => ({ key: { [name]: 1 } })));
			}
			const found = await items.find(filter as never, { projection: { _id: 1 } }).toArray();
			t.deepEqual(found.map(({ _id }) => _id).sort(), ids);
			t.is(await items.countDocuments(filter as never), ids.length);
		});

test("values of every type are sorted in BSON order, with and without an index", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number }>("items");
	const values = [
		new MinKey(),
		null,
		Double.fromString("-1.5"),
		0,
		Decimal128.fromString("0.1"),
		1,
		Long.fromString("9007199254740993"),
		Long.fromString("9007199254740995"),
		1e300,
		"",
		"A",
		"a",
		"\uffff",
		"\u{1f600}",
		{},
		{ a: 1 },
		{ a: 2 },
		{ b: 0 },
		new UUID("00000000-0000-4000-8000-000000000000"),
		oid,
		false,
		true,
		new Date(-5),
		day,
		new Timestamp({ t: 1, i: 1 }),
		/a/,
		new MaxKey(),
	];
	await items.insertMany(values.map((v, i) => ({ _id: (i * 7) % values.length, v })) as never);
	const expected = values.map((_, i) => (i * 7) % values.length);
	const order = async (direction: 1 | -1) =>
		(await items.find().sort({ v: direction }).toArray()).map(({ _id }) => _id);
	t.deepEqual(await order(1), expected);
	t.deepEqual(await order(-1), expected.toReversed());
	await items.createIndex({ v: 1 });
	t.deepEqual(await order(1), expected);
	t.deepEqual(await order(-1), expected.toReversed());
	await items.dropIndexes();
	await items.createIndex({ v: -1 });
	t.deepEqual(await order(1), expected);
});

test("an array is sorted by its smallest or its largest element", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number }>("items");
	await items.insertMany([
		{ _id: 1, v: [5, 9] },
		{ _id: 2, v: 7 },
		{ _id: 3, v: [] },
		{ _id: 4, v: [1, 20] },
	] as never);
	const order = async (direction: 1 | -1) =>
		(await items.find().sort({ v: direction }).toArray()).map(({ _id }) => _id);
	t.deepEqual(
		[await order(1), await order(-1)],
		[
			[3, 4, 1, 2],
			[4, 1, 2, 3],
		],
	);
	await items.createIndex({ v: 1 });
	t.deepEqual(
		[await order(1), await order(-1)],
		[
			[3, 4, 1, 2],
			[4, 1, 2, 3],
		],
	);
});

const projections: [projection: object, result: object, filter?: object][] = [
	[{ s: 1 }, { _id: 1, s: "apple" }],
	[{ s: 1, _id: 0 }, { s: "apple" }],
	[{ "size.w": 1, _id: 0 }, { size: { w: 1 } }],
	[{ "lines.sku": 1, _id: 0 }, { lines: [{ sku: "A" }, { sku: "B" }] }],
	[{ size: { h: 1 }, _id: 0 }, { size: { h: 2 } }],
	[
		{ tags: 0, lines: 0, size: 0, at: 0, ref: 0, n: 0 },
		{ _id: 1, s: "apple" },
	],
	[
		{ "lines.q": 0, tags: 0, size: 0, at: 0, ref: 0 },
		{ _id: 1, n: 5, s: "apple", lines: [{ sku: "A" }, { sku: "B" }] },
	],
	[
		{ _id: 0, tags: { $slice: 1 }, n: 1 },
		{ n: 5, tags: ["red"] },
	],
	[
		{ _id: 0, n: 1, lines: { $elemMatch: { q: 9 } } },
		{ n: 5, lines: [{ sku: "B", q: 9 }] },
	],
	[{ _id: 0, "lines.$": 1 }, { lines: [{ sku: "B", q: 9 }] }, { "lines.sku": "B" }],
	[{ _id: 0, sum: { $add: ["$n", "$size.h"] } }, { sum: 7 }],
	[{ _id: 0, missing: 1 }, {}],
];

for (const [projection, result, filter] of projections)
	test(`projection ${JSON.stringify(projection)}`, async (t) => {
		const items = (await filled(t)).collection<{ _id: number }>("items");
		t.deepEqual(await items.findOne<object>({ _id: 1, ...filter }, { projection }), result);
	});

test("results come in batches and a cursor can be closed", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number }>("items");
	await items.insertMany(Array.from({ length: 350 }, (_, _id) => ({ _id, pad: "x".repeat(100) })) as never);
	t.is((await items.find().toArray()).length, 350);
	t.is((await items.find({}, { batchSize: 7 }).toArray()).length, 350);
	t.is((await items.find({}, { batchSize: 7, limit: 20 }).toArray()).length, 20);
	t.deepEqual(
		(await items.find({ _id: { $gte: 10 } }, { skip: 5, limit: 3, sort: { _id: 1 } }).toArray()).map(({ _id }) => _id),
		[15, 16, 17],
	);
	const cursor = items.find({}, { batchSize: 2 });
	await cursor.next();
	await cursor.close();
	const seen: number[] = [];
	for await (const { _id } of items.find({}, { batchSize: 50, sort: { _id: -1 } })) {
		if (_id % 50 === 0) await items.deleteOne({ _id: 0 });
		seen.push(_id);
	}
	t.is(seen[0], 349);
	t.true(seen.length >= 349);
});

test("distinct gives each value once, of arrays their elements", async (t) => {
	const items = (await filled(t)).collection("items");
	t.deepEqual((await items.distinct("tags")).sort(), ["fruit", "red"]);
	t.deepEqual((await items.distinct("lines.sku")).sort(), ["A", "B"]);
	t.deepEqual(await items.distinct("n", { _id: { $in: [1, 3] } } as never), [5]);
});

test("a query operator that does not exist is refused by name", async (t) => {
	const items = (await openDb(t)).collection("items");
	await items.insertOne({ a: 1 });
	const error = await t.throwsAsync(items.find({ a: { $frob: 1 } }).toArray(), { message: /unknown operator: \$frob/ });
	t.is((error as { code?: number } | undefined)?.code, 2);
	await t.throwsAsync(items.find({ $frob: 1 }).toArray(), { message: /unknown top level operator: \$frob/ });
});
