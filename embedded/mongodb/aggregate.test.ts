import test from "ava";
import { Decimal128, type Document } from "mongodb";
import { openDb } from "./testing.ts";

// Written so, since the linter takes an object with this field for a promise.
const THEN = "then";

const orders: Document[] = [
	{
		_id: 1,
		customer: "ann",
		total: 30,
		status: "paid",
		at: new Date("2024-01-01T10:00:00Z"),
		lines: [
			{ sku: "A", n: 1 },
			{ sku: "B", n: 2 },
		],
	},
	{
		_id: 2,
		customer: "bob",
		total: 12.5,
		status: "paid",
		at: new Date("2024-01-01T12:00:00Z"),
		lines: [{ sku: "A", n: 5 }],
	},
	{ _id: 3, customer: "ann", total: 7, status: "open", at: new Date("2024-01-02T09:00:00Z"), lines: [] },
	{ _id: 4, customer: "cid", total: 100, status: "paid", at: new Date("2024-02-01T00:00:00Z") },
];
const products: Document[] = [
	{ _id: "A", name: "Apple", price: 3 },
	{ _id: "B", name: "Bread", price: 4 },
];

const pipelines: [title: string, pipeline: Document[], result: Document[]][] = [
	[
		"$match, $sort, $skip and $limit",
		[{ $match: { status: "paid" } }, { $sort: { total: -1 } }, { $skip: 1 }, { $limit: 1 }, { $project: { total: 1 } }],
		[{ _id: 1, total: 30 }],
	],
	[
		"$group with the usual accumulators",
		[
			{
				$group: {
					_id: "$customer",
					n: { $sum: 1 },
					total: { $sum: "$total" },
					avg: { $avg: "$total" },
					least: { $min: "$total" },
					most: { $max: "$total" },
					first: { $first: "$status" },
					last: { $last: "$status" },
					all: { $push: "$_id" },
					count: { $count: {} },
				},
			},
			{ $sort: { _id: 1 } },
		],
		[
			{
				_id: "ann",
				n: 2,
				total: 37,
				avg: 18.5,
				least: 7,
				most: 30,
				first: "paid",
				last: "open",
				all: [1, 3],
				count: 2,
			},
			{
				_id: "bob",
				n: 1,
				total: 12.5,
				avg: 12.5,
				least: 12.5,
				most: 12.5,
				first: "paid",
				last: "paid",
				all: [2],
				count: 1,
			},
			{
				_id: "cid",
				n: 1,
				total: 100,
				avg: 100,
				least: 100,
				most: 100,
				first: "paid",
				last: "paid",
				all: [4],
				count: 1,
			},
		],
	],
	[
		"$group of everything",
		[{ $group: { _id: null, total: { $sum: { $multiply: ["$total", 2] } } } }],
		[{ _id: null, total: 299 }],
	],
	[
		"$group by a day",
		[
			{ $group: { _id: { $dateToString: { date: "$at", format: "%Y-%m-%d" } }, n: { $sum: 1 } } },
			{ $sort: { _id: 1 } },
		],
		[
			{ _id: "2024-01-01", n: 2 },
			{ _id: "2024-01-02", n: 1 },
			{ _id: "2024-02-01", n: 1 },
		],
	],
	[
		"$group by several fields",
		[
			{ $group: { _id: { c: "$customer", s: "$status" }, n: { $sum: 1 } } },
			{ $sort: { "_id.c": 1, "_id.s": 1 } },
			{ $limit: 2 },
		],
		[
			{ _id: { c: "ann", s: "open" }, n: 1 },
			{ _id: { c: "ann", s: "paid" }, n: 1 },
		],
	],
	[
		"$unwind and $group",
		[{ $unwind: "$lines" }, { $group: { _id: "$lines.sku", n: { $sum: "$lines.n" } } }, { $sort: { _id: 1 } }],
		[
			{ _id: "A", n: 6 },
			{ _id: "B", n: 2 },
		],
	],
	[
		"$unwind keeps what is empty, with the index",
		[
			{ $match: { _id: { $in: [1, 3, 4] } } },
			{ $unwind: { path: "$lines", preserveNullAndEmptyArrays: true, includeArrayIndex: "i" } },
			{ $project: { sku: "$lines.sku", i: 1 } },
		],
		[
			{ _id: 1, i: 0, sku: "A" },
			{ _id: 1, i: 1, sku: "B" },
			{ _id: 3, i: null },
			{ _id: 4, i: null },
		],
	],
	[
		"$project computes",
		[
			{ $match: { _id: 1 } },
			{
				$project: {
					_id: 0,
					who: { $toUpper: "$customer" },
					size: { $size: "$lines" },
					big: { $cond: [{ $gte: ["$total", 20] }, "yes", "no"] },
					skus: "$lines.sku",
					sum: { $sum: "$lines.n" },
				},
			},
		],
		[{ who: "ANN", size: 2, big: "yes", skus: ["A", "B"], sum: 3 }],
	],
	[
		"$addFields, $unset and $replaceRoot",
		[
			{ $match: { _id: 2 } },
			{ $addFields: { "meta.double": { $multiply: ["$total", 2] }, meta: { fixed: "x" } } },
			{ $unset: ["lines", "at"] },
			{ $replaceRoot: { newRoot: { $mergeObjects: ["$meta", { id: "$_id" }] } } },
		],
		[{ double: 25, fixed: "x", id: 2 }],
	],
	[
		"$lookup by fields",
		[
			{ $match: { _id: { $lte: 3 } } },
			{ $lookup: { from: "products", localField: "lines.sku", foreignField: "_id", as: "found" } },
			{ $project: { names: "$found.name" } },
		],
		[
			{ _id: 1, names: ["Apple", "Bread"] },
			{ _id: 2, names: ["Apple"] },
			{ _id: 3, names: [] },
		],
	],
	[
		"$lookup by a pipeline with variables",
		[
			{ $match: { _id: 1 } },
			{
				$lookup: {
					from: "products",
					let: { most: { $divide: ["$total", 8] } },
					pipeline: [{ $match: { $expr: { $lt: ["$price", "$$most"] } } }, { $project: { _id: 1 } }],
					as: "cheap",
				},
			},
			{ $project: { cheap: 1 } },
		],
		[{ _id: 1, cheap: [{ _id: "A" }] }],
	],
	[
		"$facet",
		[
			{
				$facet: {
					paid: [{ $match: { status: "paid" } }, { $count: "n" }],
					top: [{ $sort: { total: -1 } }, { $limit: 1 }, { $project: { total: 1 } }],
				},
			},
		],
		[{ paid: [{ n: 3 }], top: [{ _id: 4, total: 100 }] }],
	],
	[
		"$bucket",
		[
			{
				$bucket: {
					groupBy: "$total",
					boundaries: [0, 10, 50],
					default: "more",
					output: { n: { $sum: 1 }, ids: { $push: "$_id" } },
				},
			},
		],
		[
			{ _id: 0, n: 1, ids: [3] },
			{ _id: 10, n: 2, ids: [1, 2] },
			{ _id: "more", n: 1, ids: [4] },
		],
	],
	[
		"$sortByCount",
		[{ $sortByCount: "$status" }],
		[
			{ _id: "paid", count: 3 },
			{ _id: "open", count: 1 },
		],
	],
	["$count", [{ $match: { customer: "ann" } }, { $count: "n" }], [{ n: 2 }]],
	[
		"$unionWith",
		[
			{ $match: { _id: 4 } },
			{ $project: { _id: 1 } },
			{ $unionWith: { coll: "products", pipeline: [{ $project: { _id: 1 } }] } },
		],
		[{ _id: 4 }, { _id: "A" }, { _id: "B" }],
	],
	[
		"$setWindowFields",
		[
			{
				$setWindowFields: {
					partitionBy: "$customer",
					sortBy: { at: 1 },
					output: { sum: { $sum: "$total", window: { documents: ["unbounded", "current"] } } },
				},
			},
			{ $match: { customer: "ann" } },
			{ $project: { sum: 1 } },
		],
		[
			{ _id: 1, sum: 30 },
			{ _id: 3, sum: 37 },
		],
	],
	[
		"arrays are filtered, mapped and reduced",
		[
			{ $match: { _id: 1 } },
			{
				$project: {
					_id: 0,
					f: { $filter: { input: "$lines", as: "l", cond: { $gt: ["$$l.n", 1] } } },
					m: { $map: { input: "$lines", as: "l", in: { $multiply: ["$$l.n", 10] } } },
					r: { $reduce: { input: "$lines", initialValue: 0, in: { $add: ["$$value", "$$this.n"] } } },
					e: { $arrayElemAt: ["$lines.sku", -1] },
					i: { $in: ["A", "$lines.sku"] },
				},
			},
		],
		[{ f: [{ sku: "B", n: 2 }], m: [10, 20], r: 3, e: "B", i: true }],
	],
	[
		"conditions and missing values",
		[
			{ $match: { _id: { $in: [3, 4] } } },
			{
				$project: {
					n: { $size: { $ifNull: ["$lines", []] } },
					s: { $cond: { if: { $eq: ["$status", "open"] }, [THEN]: 1, else: 2 } },
					eq: { $eq: ["$lines", []] },
					none: { $eq: ["$nothing", null] },
				},
			},
		],
		[
			{ _id: 3, n: 0, s: 1, eq: true, none: false },
			{ _id: 4, n: 0, s: 2, eq: false, none: false },
		],
	],
];

for (const [title, pipeline, result] of pipelines)
	test(`aggregate: ${title}`, async (t) => {
		const db = await openDb(t);
		await db.collection("orders").insertMany(orders.map((doc) => ({ ...doc })) as never);
		await db.collection("products").insertMany(products.map((doc) => ({ ...doc })) as never);
		t.deepEqual(await db.collection("orders").aggregate(pipeline).toArray(), result);
	});

test("sums of decimals are exact and $lookup finds through an index", async (t) => {
	const db = await openDb(t);
	const items = db.collection("items");
	await items.insertMany([{ p: Decimal128.fromString("0.1") }, { p: Decimal128.fromString("0.2") }]);
	t.deepEqual(await items.aggregate([{ $group: { _id: null, sum: { $sum: "$p" } } }]).toArray(), [
		{ _id: null, sum: Decimal128.fromString("0.3") },
	]);
	await items.createIndex({ k: 1 });
	await items.insertMany(Array.from({ length: 500 }, (_, i) => ({ k: i })));
	const [joined] = await db
		.collection("items")
		.aggregate([{ $match: { k: 7 } }, { $lookup: { from: "items", localField: "k", foreignField: "k", as: "same" } }])
		.toArray();
	t.is(joined?.same.length, 1);
});

test("large aggregates come in batches", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number }>("items");
	await items.insertMany(Array.from({ length: 500 }, (_, _id) => ({ _id })));
	const all = await items
		.aggregate([{ $match: { _id: { $gte: 100 } } }, { $addFields: { twice: { $multiply: ["$_id", 2] } } }], {
			batchSize: 30,
		})
		.toArray();
	t.is(all.length, 400);
	t.is((await items.aggregate([{ $sample: { size: 5 } }]).toArray()).length, 5);
});

for (const [title, pipeline, code] of [
	["an unknown stage", [{ $frob: 1 }], 40324],
	["an unknown expression", [{ $addFields: { a: { $frob: 1 } } }], 168],
	["an unknown accumulator", [{ $group: { _id: 1, a: { $frob: 1 } } }], 15952],
	["a group without _id", [{ $group: { a: { $sum: 1 } } }], 15955],
] as const)
	test(`aggregate refused: ${title}`, async (t) => {
		const items = (await openDb(t)).collection("items");
		await items.insertOne({ a: 1 });
		const error = await t.throwsAsync(items.aggregate(pipeline as unknown as Document[]).toArray());
		t.is((error as { code?: number } | undefined)?.code, code);
	});
