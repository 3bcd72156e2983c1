import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import test, { type ExecutionContext } from "ava";
import { BSON, type Db, type Document, MongoClient, type MongoClientOptions } from "mongodb";
import { type Mongodb, startMongodb } from "./index.ts";

/** True when COMPARE_MONGODB_URL names another server, which the tests of common behaviour then ask instead. */
export const elsewhere = process.env.COMPARE_MONGODB_URL !== undefined;

let server: Promise<Mongodb> | undefined;

/** The address of the one server in memory that all tests of a file share. */
export async function sharedUrl(): Promise<string> {
	if (process.env.COMPARE_MONGODB_URL) return process.env.COMPARE_MONGODB_URL;
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

/** Sends one command as it is, without what a driver adds of its own (sessions, say), and gives the reply. */
export async function rawCommand(url: string, command: Document): Promise<Document> {
	const { hostname, port } = new URL(url);
	const body = BSON.serialize(command);
	const header = Buffer.alloc(21);
	header.writeInt32LE(21 + body.length, 0);
	header.writeInt32LE(2013, 12);
	const socket = connect(Number(port), hostname);
	socket.write(Buffer.concat([header, body]));
	let reply: Buffer = Buffer.alloc(0);
	for await (const chunk of socket) {
		reply = Buffer.concat([reply, chunk]);
		if (reply.length >= 4 && reply.length >= reply.readInt32LE(0)) break;
	}
	return BSON.deserialize(reply.subarray(21));
}
