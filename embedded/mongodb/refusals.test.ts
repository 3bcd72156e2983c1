import { connect } from "node:net";
import test from "ava";
import { Binary, type Document, Long, MongoClient, UUID } from "mongodb";
import { startMongodb } from "./index.ts";
import { openClient, openDb, rawCommand, sharedUrl } from "./testing.ts";

const code = (error: unknown) => (error as { code?: number } | undefined)?.code;

const commands: [command: Document, code: number, message: RegExp][] = [
	[{ frob: 1 }, 59, /no such command: 'frob'/],
	[{ mapReduce: "items", map: "x", reduce: "y", out: { inline: 1 } }, 59, /mapReduce/],
	[{ find: "items", filter: { $where: "true" } }, 238, /\$where/],
	[{ find: "items", filter: { $text: { $search: "x" } } }, 238, /\$text/],
	[{ find: "items", filter: { at: { $near: [0, 0] } } }, 238, /\$near/],
	[{ find: "items", filter: { a: { $geoWithin: {} } } }, 238, /\$geoWithin/],
	[{ find: "items", filter: { $jsonSchema: {} } }, 238, /\$jsonSchema/],
	[{ find: "items", collation: { locale: "de" } }, 238, /collation/],
	[{ find: "items", tailable: true }, 238, /tailable/],
	[{ find: "items", readConcern: { level: "snapshot" } }, 238, /snapshot/],
	[{ find: "items", sort: { a: { $meta: "textScore" } } }, 238, /\$meta/],
	[{ find: "items", limit: -1 }, 51024, /limit/],
	[{ getMore: Long.fromNumber(123), collection: "items" }, 43, /cursor id 123 not found/],
	[{ create: "x", capped: true, size: 100 }, 238, /capped/],
	[{ create: "x", validator: { a: 1 } }, 238, /validator/],
	[{ create: "x", viewOn: "items", pipeline: [] }, 238, /viewOn/],
	[{ create: "x", timeseries: { timeField: "at" } }, 238, /timeseries/],
	[{ createIndexes: "items", indexes: [{ key: { a: "text" }, name: "t" }] }, 238, /text index/],
	[{ createIndexes: "items", indexes: [{ key: { a: "2dsphere" }, name: "t" }] }, 238, /2dsphere/],
	[{ createIndexes: "items", indexes: [{ key: { a: 1 }, name: "t", frob: 1 }] }, 197, /frob/],
	[{ createIndexes: "items", indexes: [{ key: { a: 1 }, name: "t", collation: { locale: "de" } }] }, 238, /collation/],
	[{ aggregate: "items", pipeline: [{ $out: "x" }], cursor: {} }, 238, /\$out/],
	[{ aggregate: "items", pipeline: [{ $merge: "x" }], cursor: {} }, 238, /\$merge/],
	[{ aggregate: "items", pipeline: [{ $graphLookup: {} }], cursor: {} }, 238, /\$graphLookup/],
	[{ aggregate: "items", pipeline: [{ $geoNear: {} }], cursor: {} }, 238, /\$geoNear/],
	[{ aggregate: "items", pipeline: [{ $changeStream: {} }], cursor: {} }, 40573, /\$changeStream/],
	[
		{
			aggregate: "items",
			pipeline: [{ $project: { a: { $function: { body: "x", args: [], lang: "js" } } } }],
			cursor: {},
		},
		238,
		/\$function/,
	],
	[{ saslStart: 1, mechanism: "PLAIN", payload: new Binary(Buffer.from("x")) }, 238, /authentication/],
	[{ renameCollection: "a.b", to: "a.c" }, 238, /renameCollection/],
	[{ listIndexes: "nowhere" }, 26, /ns does not exist/],
];

for (const [command, expected, message] of commands)
	test(`refused by name: ${JSON.stringify(command)}`, async (t) => {
		const db = await openDb(t);
		await db.collection("items").insertOne({ a: 1 });
		t.is(code(await t.throwsAsync(db.command(command), { message })), expected);
	});

test("a transaction is refused and nothing of it is stored", async (t) => {
	const client = await openClient(t);
	const db = await openDb(t);
	const session = client.startSession();
	session.startTransaction();
	const items = client.db(db.databaseName).collection("items");
	t.is(
		code(await t.throwsAsync(items.insertOne({ a: 1 }, { session }), { message: /transactions are not supported/ })),
		263,
	);
	await session.abortTransaction();
	await session.endSession();
	t.is(await db.collection("items").countDocuments(), 0);
});

test("a change stream is refused", async (t) => {
	const db = await openDb(t);
	const stream = db.collection("items").watch();
	t.is(code(await t.throwsAsync(stream.next())), 40573);
	await stream.close();
});

test("a document over 16 MiB is refused and its neighbours are stored", async (t) => {
	const db = await openDb(t);
	const items = db.collection<{ _id: number; pad: string }>("items");
	await items.insertOne({ _id: 1, pad: "x".repeat(9_000_000) });
	t.is(
		code(await t.throwsAsync(items.updateOne({ _id: 1 }, [{ $set: { more: { $concat: ["$pad", "$pad"] } } }]))),
		10334,
	);
	t.is((await items.findOne({ _id: 1 }))?.pad.length, 9_000_000);
});

test("a repeated write of a session is answered and not done again", async (t) => {
	const db = await openDb(t);
	const lsid = { id: new UUID() };
	const url = await sharedUrl();
	const write = (txnNumber: number, command: Document) =>
		rawCommand(url, { ...command, lsid, txnNumber: Long.fromNumber(txnNumber), $db: db.databaseName });
	const insert = { insert: "items", documents: [{ _id: 1, n: 0 }] };
	t.is((await write(1, insert)).n, 1);
	const again = await write(1, insert);
	t.deepEqual([again.n, again.writeErrors], [1, undefined]);
	const increment = { update: "items", updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
	t.is((await write(2, increment)).nModified, 1);
	t.is((await write(2, increment)).nModified, 1);
	const modify = { findAndModify: "items", query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true };
	t.is((await write(3, modify)).value.n, 2);
	t.is((await write(3, modify)).value.n, 2);
	t.is((await write(2, increment)).code, 225);
	t.is((await db.collection<{ _id: number; n: number }>("items").findOne({ _id: 1 }))?.n, 2);
});

test("a port that is in use is named", async (t) => {
	const server = await startMongodb({ dataDir: null });
	t.teardown(() => server.close());
	const port = Number(new URL(server.url).port);
	await t.throwsAsync(startMongodb({ dataDir: null, port }), { message: new RegExp(`port ${port} .*in use`) });
});

test("bytes that are no messages close their connection and nobody else's", async (t) => {
	const server = await startMongodb({ dataDir: null });
	t.teardown(() => server.close());
	const client = await MongoClient.connect(server.url);
	t.teardown(() => client.close());
	const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
	const closed = new Promise((resolve) => socket.once("close", resolve));
	socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
	await closed;
	t.is((await client.db("x").command({ ping: 1 })).ok, 1);
});

test("the greeting and the build say whose server it is", async (t) => {
	const db = await openDb(t);
	const info = await db.admin().buildInfo();
	t.true(info.tradewindEmbedded);
	t.regex(info.version, /^8\./);
	const status = await db.admin().serverStatus();
	t.true(status.metrics.commands.serverStatus.total >= 1);
	t.deepEqual((await db.command({ connectionStatus: 1 })).authInfo.authenticatedUsers, []);
});
