import test from "ava";
import { type Document, Int32 } from "mongodb";
import mongoose, { Schema } from "mongoose";
import { startMongodb } from "./index.ts";
import { openClient, openDb } from "./testing.ts";

test("collections and databases are listed, made and dropped", async (t) => {
	const db = await openDb(t);
	await db.createCollection("empty");
	await db.collection("full").insertMany([{ a: 1 }, { a: 2 }]);
	t.deepEqual((await db.listCollections().toArray()).map(({ name }) => name).sort(), ["empty", "full"]);
	t.is((await db.listCollections({ name: "full" }).toArray()).length, 1);
	t.true((await db.admin().listDatabases()).databases.some(({ name }) => name === db.databaseName));
	t.is(((await t.throwsAsync(db.createCollection("empty"))) as { code?: number } | undefined)?.code, 48);
	t.is(await db.collection("full").estimatedDocumentCount(), 2);
	t.true(await db.dropCollection("full"));
	t.is(await db.collection("full").countDocuments(), 0);
	await db.dropDatabase();
	t.deepEqual(await db.listCollections().toArray(), []);
});

test("client.bulkWrite reaches several collections", async (t) => {
	const client = await openClient(t);
	const db = await openDb(t);
	const at = (name: string) => `${db.databaseName}.${name}`;
	const result = await client.bulkWrite<Record<string, Document>>([
		{ name: "insertOne", namespace: at("a"), document: { _id: new Int32(1) as never, n: 1 } },
		{ name: "updateOne", namespace: at("b"), filter: { k: 1 }, update: { $set: { n: 1 } }, upsert: true },
		{ name: "updateMany", namespace: at("a"), filter: {}, update: { $inc: { n: 1 } } },
		{ name: "deleteMany", namespace: at("b"), filter: {} },
	]);
	t.deepEqual([result.insertedCount, result.upsertedCount, result.modifiedCount, result.deletedCount], [1, 1, 1, 1]);
	t.is((await db.collection("a").findOne())?.n, 2);
});

test("an unacknowledged write is done", async (t) => {
	const db = await openDb(t);
	const items = db.collection<{ _id: number }>("items");
	await items.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
	while ((await items.countDocuments()) === 0) await new Promise(setImmediate);
	t.is(await items.countDocuments(), 1);
});

test("a sort in memory is right when an index gives only the filter", async (t) => {
	const items = (await openDb(t)).collection<{ _id: number; a: number; b: number }>("items");
	await items.createIndex({ a: 1 });
	await items.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id, a: _id % 3, b: (_id * 7919) % 301 })));
	const found = await items.find({ a: 1 }).sort({ b: -1 }).skip(10).limit(20).toArray();
	const all = (await items.find({ a: 1 }).toArray()).sort((x, y) => y.b - x.b);
	t.deepEqual(found, all.slice(10, 30));
});

test("mongoose: models, populate, versions and lean reads", async (t) => {
	const client = await openClient(t);
	const db = await openDb(t);
	const { hosts } = client.options;
	const connection = await mongoose
		.createConnection(`mongodb://${hosts[0]}/?directConnection=true`, { dbName: db.databaseName })
		.asPromise();
	t.teardown(() => connection.close());
	const Author = connection.model("Author", new Schema({ name: { type: String, unique: true } }));
	const Book = connection.model(
		"Book",
		new Schema(
			{
				title: String,
				author: { type: Schema.Types.ObjectId, ref: "Author" },
				tags: [String],
				price: Schema.Types.Decimal128,
			},
			{ timestamps: true, optimisticConcurrency: true },
		),
	);
	await Promise.all([Author.init(), Book.init()]);
	const author = await Author.create({ name: "Ann" });
	await Book.create({ title: "One", author: author._id, tags: ["x"], price: "9.90" });
	const book = await Book.findOne({ title: "One" }).populate<{ author: { name: string } }>("author").orFail();
	t.is(book.author.name, "Ann");
	t.is(String(book.price), "9.90");
	const stale = await Book.findOne({ title: "One" }).orFail();
	book.tags.push("y");
	await book.save();
	stale.tags.push("z");
	await t.throwsAsync(stale.save(), { name: "VersionError" });
	await t.throwsAsync(Author.create({ name: "Ann" }), { message: /E11000/ });
	t.deepEqual((await Book.findOne().lean())?.tags, ["x", "y"]);
});

test("a TTL index deletes what has expired and keeps the rest", async (t) => {
	const server = await startMongodb({ dataDir: null, sweepEvery: 20 });
	t.teardown(() => server.close());
	const connection = await mongoose.createConnection(server.url).asPromise();
	t.teardown(() => connection.close());
	const holds = connection.collection<Document & { _id: number }>("holds");
	await holds.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
	const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
	await holds.insertMany([
		{ _id: 1, at: ago(61) },
		{ _id: 2, at: ago(30) },
		{ _id: 3, at: "x" },
		{ _id: 4 },
		{ _id: 5, at: [ago(5), ago(500)] },
	]);
	while ((await holds.countDocuments()) > 3) await new Promise((resolve) => setTimeout(resolve, 5));
	t.deepEqual(
		(await holds.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id),
		[2, 3, 4],
	);
});
