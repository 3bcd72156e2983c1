import { randomBytes } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import { type Db, MongoClient, type MongoClientOptions } from "mongodb";
import { type Mongodb, startMongodb } from "./index.ts";

/** True when MONGODB_URL names another server, which the tests of common behaviour then ask instead. */
export const elsewhere = process.env.MONGODB_URL !== undefined;

let server: Promise<Mongodb> | undefined;

// One server in memory for all tests of a file.
async function sharedUrl(): Promise<string> {
	if (process.env.MONGODB_URL) return process.env.MONGODB_URL;
	server ??= startMongodb({ dataDir: null });
	return (await server).url;
}

test.after.always(async () => (await server)?.close());

/** A client of the file's server. */
export async function openClient(t: ExecutionContext, options?: MongoClientOptions): Promise<MongoClient> {
	const client = await MongoClient.connect(await sharedUrl(), options);
	t.teardown(() => client.close());
	return client;
}

/** A database of the test's own, gone after it. */
export async function openDb(t: ExecutionContext): Promise<Db> {
	const client = await openClient(t);
	const db = client.db(`t${randomBytes(6).toString("hex")}`);
	t.teardown(() => db.dropDatabase());
	return db;
}
