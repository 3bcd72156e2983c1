import test from "ava";
import { Double, Int32, Long } from "mongodb";
import { openDb } from "./testing.ts";

type Case = [title: string, before: object, change: object | object[], after: object, options?: object];

const cases: Case[] = [
	["$set makes the documents on the way", { a: 1 }, { $set: { "b.c": 2 } }, { a: 1, b: { c: 2 } }],
	["$set fills an array with nulls", { a: [1] }, { $set: { "a.3": 4 } }, { a: [1, null, null, 4] }],
	[
		"$unset takes fields away and nulls elements",
		{ a: 1, b: [1, 2] },
		{ $unset: { a: "", "b.0": "" } },
		{ b: [null, 2] },
	],
	["$inc begins at nothing", { a: 1 }, { $inc: { a: 2, b: 5 } }, { a: 3, b: 5 }],
	["$mul of a missing field is zero", { a: 3 }, { $mul: { a: 2, b: 2 } }, { a: 6, b: 0 }],
	[
		"$min and $max keep the smaller and the larger",
		{ a: 5, b: 5 },
		{ $min: { a: 3 }, $max: { b: 3, c: 1 } },
		{ a: 3, b: 5, c: 1 },
	],
	["$push adds at the end", { a: [1] }, { $push: { a: 2, b: "x" } }, { a: [1, 2], b: ["x"] }],
	[
		"$push with $each, $position, $sort and $slice",
		{ a: [5, 1], b: [1, 2], c: [{ n: 2 }] },
		{
			$push: {
				a: { $each: [4, 2], $sort: -1, $slice: 3 },
				b: { $each: [9, 8], $position: 1 },
				c: { $each: [{ n: 1 }, { n: 3 }], $sort: { n: 1 }, $slice: -2 },
			},
		},
		{ a: [5, 4, 2], b: [1, 9, 8, 2], c: [{ n: 2 }, { n: 3 }] },
	],
	[
		"$pull takes what matches",
		{
			a: [1, 5, 9],
			b: [
				{ k: 1, v: 1 },
				{ k: 2, v: 1 },
			],
		},
		{ $pull: { a: { $gte: 5 }, b: { k: 1 } } },
		{ a: [1], b: [{ k: 2, v: 1 }] },
	],
	["$pullAll takes equal values", { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
	[
		"$addToSet adds once",
		{ a: [1, { x: 1 }] },
		{ $addToSet: { a: { $each: [1, { x: 1 }, 2, 2] } } },
		{ a: [1, { x: 1 }, 2] },
	],
	["$pop takes an end", { a: [1, 2, 3], b: [1, 2, 3] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2, 3] }],
	["$rename moves a field", { a: 1, b: { c: 2 } }, { $rename: { a: "x.y", "b.c": "d" } }, { b: {}, x: { y: 1 }, d: 2 }],
	[
		"$bit changes bits",
		{ a: 13, b: 5, c: 1 },
		{ $bit: { a: { and: 10 }, b: { or: 8 }, c: { xor: 3 } } },
		{ a: 8, b: 13, c: 2 },
	],
	["$[] changes every element", { a: [1, 2] }, { $inc: { "a.$[]": 10 } }, { a: [11, 12] }],
	[
		"$[name] changes the elements of its filter",
		{
			a: [
				{ k: "x", n: 1 },
				{ k: "y", n: 1 },
			],
			b: [[1, 5], [9]],
		},
		{ $inc: { "a.$[e].n": 1 }, $set: { "b.$[].$[big]": 0 } },
		{
			a: [
				{ k: "x", n: 1 },
				{ k: "y", n: 2 },
			],
			b: [[1, 0], [0]],
		},
		{ arrayFilters: [{ "e.k": "y" }, { big: { $gte: 5 } }] },
	],
	[
		"a pipeline computes from the document",
		{ a: 2, b: 3 },
		[{ $set: { c: { $add: ["$a", "$b"] } } }, { $unset: "a" }],
		{ b: 3, c: 5 },
	],
	["a pipeline may replace", { a: { x: 1 } }, [{ $replaceWith: "$a" }], { x: 1 }],
	["a pipeline may project", { a: 1, b: 2 }, [{ $project: { b: 1 } }], { b: 2 }],
	[
		"several operators at once",
		{ a: 1, b: [1], c: 1 },
		{ $set: { a: 2 }, $push: { b: 2 }, $unset: { c: 1 } },
		{ a: 2, b: [1, 2] },
	],
];

for (const [title, before, change, after, options] of cases)
	test(`update: ${title}`, async (t) => {
		const items = (await openDb(t)).collection<{ _id: number }>("items");
		await items.insertOne({ _id: 1, ...before });
		const { matchedCount, modifiedCount } = await items.updateOne({ _id: 1 }, change, options);
		t.deepEqual([matchedCount, modifiedCount], [1, 1]);
		t.deepEqual(await items.findOne(), { _id: 1, ...after });
	});

test("the positional operator stands for the element that the filter matched", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number }>("items");
	await items.insertOne({
		_id: 1,
		lines: [
			{ sku: "A", n: 1 },
			{ sku: "B", n: 1 },
		],
		marks: [3, 7, 9],
	} as never);
	await items.updateOne({ "lines.sku": "B" }, { $inc: { "lines.$.n": 5 } });
	await items.updateOne({ lines: { $elemMatch: { sku: "A", n: 1 } } }, { $set: { "lines.$": { sku: "A", n: 9 } } });
	await items.updateOne({ _id: 1, marks: { $gt: 5 } }, { $set: { "marks.$": 0 } });
	t.deepEqual(await items.findOne<object>(), {
		_id: 1,
		lines: [
			{ sku: "A", n: 9 },
			{ sku: "B", n: 6 },
		],
		marks: [3, 0, 9],
	});
});

test("an update that changes nothing is matched and not modified", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number; a?: number }>("items");
	await items.insertOne({ _id: 1, a: 1 });
	const same = await items.updateOne({ _id: 1 }, { $set: { a: 1 } });
	t.deepEqual([same.matchedCount, same.modifiedCount], [1, 0]);
	const many = await items.updateMany({}, { $max: { a: 0 } });
	t.deepEqual([many.matchedCount, many.modifiedCount], [1, 0]);
});

test("a guarded update changes nothing when the revision has moved on", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number; rev: number }>("items");
	await items.insertOne({ _id: 1, rev: 0 });
	const results = await Promise.all(
		Array.from({ length: 20 }, () => items.updateOne({ _id: 1, rev: 0 }, { $inc: { rev: 1 } })),
	);
	t.is(results.filter((one) => one.modifiedCount === 1).length, 1);
	t.is((await items.findOne())?.rev, 1);
});

test("an upsert builds its document from the filter's equalities", async (t) => {
	const items = (await openDb(t)).collection("items");
	const made = await items.updateOne(
		{ sku: "A", "size.w": 3, n: { $gt: 1 } },
		{ $set: { price: 5 }, $setOnInsert: { stock: 1 } },
		{ upsert: true },
	);
	t.is(made.upsertedCount, 1);
	t.deepEqual(await items.findOne({}, { projection: { _id: 0 } }), { sku: "A", size: { w: 3 }, price: 5, stock: 1 });
	const again = await items.updateOne(
		{ sku: "A" },
		{ $set: { price: 6 }, $setOnInsert: { stock: 9 } },
		{ upsert: true },
	);
	t.is(again.upsertedCount, 0);
	t.deepEqual(await items.findOne({}, { projection: { _id: 0 } }), { sku: "A", size: { w: 3 }, price: 6, stock: 1 });
	const replaced = await items.replaceOne({ _id: "own" as never }, { x: 1 }, { upsert: true });
	t.is(replaced.upsertedId as unknown, "own");
});

test("numbers keep their types through a round trip and widen when they must", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number }>("items", { promoteValues: false });
	await items.insertOne({
		_id: 1,
		int: new Int32(1),
		double: new Double(2),
		long: Long.fromNumber(3),
		big: new Int32(2147483647),
	} as never);
	await items.updateOne(
		{ _id: 1 },
		{ $inc: { int: new Int32(1), double: new Int32(1), long: new Int32(1), big: new Int32(1) } as never },
	);
	const found = (await items.findOne()) as unknown as Record<string, unknown>;
	t.deepEqual(found.int, new Int32(2));
	t.deepEqual(found.double, new Double(3));
	t.deepEqual(found.long, Long.fromNumber(4));
	t.deepEqual(found.big, Long.fromNumber(2147483648));
	await items.updateOne({ _id: 1 }, [{ $set: { other: "x" } }]);
	const after = (await items.findOne()) as unknown as Record<string, unknown>;
	t.deepEqual([after.double, after.long], [new Double(3), Long.fromNumber(4)]);
});

const refusals: [string, object, object, number, object?][] = [
	["the _id cannot change", { a: 1 }, { $set: { _id: 2 } }, 66],
	["two operators cannot touch one path", { a: 1 }, { $set: { "b.c": 1 }, $unset: { b: 1 } }, 40],
	["a number has no fields", { a: 1 }, { $set: { "a.b": 1 } }, 28],
	["$rename cannot look into a number", { a: 1 }, { $rename: { "a.b": "c" } }, 28],
	["$inc needs a number there", { a: "x" }, { $inc: { a: 1 } }, 14],
	["$push needs an array there", { a: "x" }, { $push: { a: 1 } }, 2],
	["an operator that does not exist", { a: 1 }, { $frob: { a: 1 } }, 9],
	["an array filter that is missing", { a: [1] }, { $set: { "a.$[e]": 1 } }, 2],
	["the positional operator without an array in the filter", { a: [1] }, { $set: { "a.$": 1 } }, 2],
];

for (const [title, before, change, code, options] of refusals)
	test(`update refused: ${title}`, async (t) => {
		const items = (await openDb(t)).collection<{ _id: number }>("items");
		await items.insertOne({ _id: 1, ...before });
		const error = await t.throwsAsync(items.updateOne({ _id: 1 }, change, options));
		t.is((error as { code?: number } | undefined)?.code, code);
		t.deepEqual(await items.findOne(), { _id: 1, ...before });
	});

test("findOneAndUpdate gives the document before or after, sorted and projected", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number; n: number; x?: number }>("items");
	await items.insertMany([
		{ _id: 1, n: 1 },
		{ _id: 2, n: 2 },
	]);
	t.deepEqual(await items.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 } }), { _id: 2, n: 2 });
	t.deepEqual(
		await items.findOneAndUpdate(
			{ _id: 1 },
			{ $inc: { n: 10 } },
			{ returnDocument: "after", projection: { _id: 0, n: 1 } },
		),
		{ n: 11 } as never,
	);
	t.is(await items.findOneAndUpdate({ _id: 9 }, { $inc: { n: 1 } }), null);
	t.deepEqual(await items.findOneAndUpdate({ _id: 9 }, { $inc: { n: 1 } }, { upsert: true, returnDocument: "after" }), {
		_id: 9,
		n: 1,
	});
	t.deepEqual(await items.findOneAndReplace({ _id: 9 }, { n: 5 }, { returnDocument: "after" }), { _id: 9, n: 5 });
	t.deepEqual(await items.findOneAndDelete({ _id: 9 }), { _id: 9, n: 5 });
	t.is(await items.findOneAndDelete({ _id: 9 }), null);
});
