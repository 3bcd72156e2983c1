import test from "ava";
import type { Collection, Document } from "mongodb";
import { openDb } from "./testing.ts";

type Numbered = Document & { _id: number };

const code = (error: unknown) => (error as { code?: number } | undefined)?.code;

async function duplicate(
	t: import("ava").ExecutionContext,
	work: Promise<unknown>,
	keyPattern: object,
	keyValue: object,
) {
	const error = (await t.throwsAsync(work, {
		message: /E11000 duplicate key error collection: /,
	})) as unknown as Document;
	t.is(error.code, 11000);
	t.deepEqual([error.keyPattern, error.keyValue], [keyPattern, keyValue]);
}

async function items(t: import("ava").ExecutionContext): Promise<Collection<Numbered>> {
	return (await openDb(t)).collection<Numbered>("items");
}

test("a unique index refuses a second document with its key", async (t) => {
	const all = await items(t);
	await all.createIndex({ sku: 1 }, { unique: true });
	await all.insertMany([{ _id: 1, sku: "A" }, { _id: 2, sku: "B" }, { _id: 3 }]);
	await duplicate(t, all.insertOne({ _id: 9, sku: "A" }), { sku: 1 }, { sku: "A" });
	await duplicate(t, all.insertOne({ _id: 9 }), { sku: 1 }, { sku: null });
	await duplicate(t, all.insertOne({ _id: 1, sku: "X" }), { _id: 1 }, { _id: 1 });
	await duplicate(t, all.updateOne({ _id: 2 }, { $set: { sku: "A" } }), { sku: 1 }, { sku: "A" });
	await duplicate(
		t,
		all.findOneAndUpdate({ _id: 8 }, { $set: { sku: "B" } }, { upsert: true }),
		{ sku: 1 },
		{ sku: "B" },
	);
	t.is(await all.countDocuments(), 3);
	t.is(await all.countDocuments({ sku: "B" }), 1);
	await all.updateOne({ _id: 1 }, { $set: { sku: "C" } });
	await all.insertOne({ _id: 4, sku: "A" });
	await all.deleteOne({ _id: 4 });
	await all.insertOne({ _id: 5, sku: "A" });
	t.deepEqual(
		(
			await all
				.find({ sku: { $gte: "A" } })
				.sort({ sku: 1 })
				.toArray()
		).map(({ _id }) => _id),
		[5, 2, 1],
	);
});

test("a compound unique index looks at all its fields", async (t) => {
	const all = await items(t);
	await all.createIndex({ user: 1, product: -1 }, { unique: true });
	await all.insertMany([
		{ _id: 1, user: 1, product: 1 },
		{ _id: 2, user: 1, product: 2 },
	]);
	await duplicate(t, all.insertOne({ _id: 3, user: 1, product: 2 }), { user: 1, product: -1 }, { user: 1, product: 2 });
});

test("a partial unique index speaks of its documents only", async (t) => {
	const all = await items(t);
	await all.createIndex({ cart: 1 }, { unique: true, partialFilterExpression: { open: true } });
	await all.insertMany([
		{ _id: 1, cart: "x", open: false },
		{ _id: 2, cart: "x", open: false },
		{ _id: 3, cart: "x", open: true },
	]);
	await duplicate(t, all.insertOne({ _id: 4, cart: "x", open: true }), { cart: 1 }, { cart: "x" });
	await duplicate(t, all.updateOne({ _id: 1 }, { $set: { open: true } }), { cart: 1 }, { cart: "x" });
	await all.updateOne({ _id: 3 }, { $set: { open: false } });
	await all.updateOne({ _id: 1 }, { $set: { open: true } });
	t.is(await all.countDocuments({ cart: "x" }), 3);
	t.is(await all.countDocuments({ cart: "x", open: true }), 1);
});

test("a sparse unique index lets many documents go without the field", async (t) => {
	const all = await items(t);
	await all.createIndex({ email: 1 }, { unique: true, sparse: true });
	await all.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, email: "a" }]);
	await duplicate(t, all.insertOne({ _id: 4, email: "a" }), { email: 1 }, { email: "a" });
	t.is(await all.countDocuments({ email: null }), 2);
	t.deepEqual(
		(await all.find().sort({ email: 1 }).toArray()).map(({ _id }) => _id),
		[1, 2, 3],
	);
});

test("a unique index over an array looks at the elements of different documents", async (t) => {
	const all = await items(t);
	await all.createIndex({ "variants.sku": 1 }, { unique: true });
	await all.insertOne({ _id: 1, variants: [{ sku: "A" }, { sku: "B" }, { sku: "A" }] });
	await duplicate(
		t,
		all.insertOne({ _id: 2, variants: [{ sku: "C" }, { sku: "B" }] }),
		{ "variants.sku": 1 },
		{ "variants.sku": "B" },
	);
	t.is((await all.findOne({ "variants.sku": "B" }))?._id, 1);
	await all.updateOne({ _id: 1 }, { $pull: { variants: { sku: "B" } } } as never);
	await all.insertOne({ _id: 2, variants: [{ sku: "B" }] });
	t.deepEqual((await all.find({ "variants.sku": { $in: ["A", "B"] } }).toArray()).length, 2);
});

test("an index cannot be built over duplicates, and leaves nothing behind", async (t) => {
	const all = await items(t);
	await all.insertMany([
		{ _id: 1, a: 1 },
		{ _id: 2, a: 1 },
	]);
	t.is(code(await t.throwsAsync(all.createIndex({ a: 1 }, { unique: true }))), 11000);
	t.is((await all.indexes()).length, 1);
	await all.updateOne({ _id: 2 }, { $set: { a: 2 } });
	await all.createIndex({ a: 1 }, { unique: true });
	t.deepEqual(
		(await all.indexes()).map(({ name, unique }) => [name, unique ?? false]),
		[
			["_id_", false],
			["a_1", true],
		],
	);
});

test("an index is made once, and one that differs is refused", async (t) => {
	const all = await items(t);
	t.is(await all.createIndex({ a: 1, b: -1 }), "a_1_b_-1");
	t.is(await all.createIndex({ a: 1, b: -1 }), "a_1_b_-1");
	t.is(code(await t.throwsAsync(all.createIndex({ a: 1, b: -1 }, { unique: true }))), 86);
	t.is(code(await t.throwsAsync(all.createIndex({ a: 1, b: -1 }, { name: "other" }))), 85);
	await all.dropIndex("a_1_b_-1");
	t.is(code(await t.throwsAsync(all.dropIndex("a_1_b_-1"))), 27);
	t.is((await all.indexes()).length, 1);
});

test("an unordered insert goes on after a duplicate, an ordered one stops", async (t) => {
	const all = await items(t);
	const docs = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
	const ordered = (await t.throwsAsync(all.insertMany(docs))) as unknown as Document;
	t.is(ordered.code, 11000);
	t.deepEqual([ordered.result.insertedCount, ordered.writeErrors.length, ordered.writeErrors[0].index], [1, 1, 1]);
	t.is(await all.countDocuments(), 1);
	const loose = (await t.throwsAsync(all.insertMany(docs, { ordered: false }))) as unknown as Document;
	t.deepEqual([loose.result.insertedCount, loose.writeErrors.length], [1, 2]);
	t.is(await all.countDocuments(), 2);
});

test("bulkWrite mixes inserts, updates and deletes", async (t) => {
	const all = await items(t);
	const result = await all.bulkWrite([
		{ insertOne: { document: { _id: 1, n: 1 } } },
		{ insertOne: { document: { _id: 2, n: 1 } } },
		{ updateMany: { filter: { n: 1 }, update: { $inc: { n: 1 } } } },
		{ updateOne: { filter: { _id: 3 }, update: { $set: { n: 9 } }, upsert: true } },
		{ replaceOne: { filter: { _id: 1 }, replacement: { x: 1 } } },
		{ deleteOne: { filter: { _id: 2 } } },
	]);
	t.deepEqual(
		[result.insertedCount, result.matchedCount, result.modifiedCount, result.upsertedCount, result.deletedCount],
		[2, 3, 3, 1, 1],
	);
	t.deepEqual(result.upsertedIds as object, { 3: 3 });
	t.deepEqual(await all.find().sort({ _id: 1 }).toArray(), [
		{ _id: 1, x: 1 },
		{ _id: 3, n: 9 },
	]);
});

test("two documents with parallel arrays cannot be indexed together", async (t) => {
	const all = await items(t);
	await all.createIndex({ a: 1, b: 1 });
	t.is(code(await t.throwsAsync(all.insertOne({ _id: 1, a: [1], b: [2] }))), 171);
	await all.insertMany([
		{ _id: 1, a: [1, 2], b: 3 },
		{ _id: 2, a: 1, b: [3, 4] },
	]);
	t.deepEqual(
		(await all.find({ a: 1, b: 3 }).toArray()).map(({ _id }) => _id),
		[1, 2],
	);
	t.deepEqual(
		(await all.find({ a: 2, b: { $gte: 3 } }).toArray()).map(({ _id }) => _id),
		[1],
	);
});

test("a long value, a zero inside a text and every kind of key can be an _id", async (t) => {
	const all = (await openDb(t)).collection<Document & { _id: unknown }>("items");
	const ids = ["a", "a\0b", "a\0", "", "x".repeat(5000), 1, 1.5, -1, true, new Date(0), { a: 1, b: 2 }, { b: 2, a: 1 }];
	for (const _id of ids) await all.insertOne({ _id });
	for (const _id of ids) t.deepEqual((await all.findOne({ _id: { $eq: _id } } as never))?._id, _id);
	t.is(code(await t.throwsAsync(all.insertOne({ _id: 1.0 }))), 11000);
	t.is(code(await t.throwsAsync(all.insertOne({ _id: [1] }))), 53);
});
