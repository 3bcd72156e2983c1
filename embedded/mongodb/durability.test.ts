import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test, { type ExecutionContext } from "ava";
import { Long, MongoClient, UUID } from "mongodb";
import { startMongodb } from "./index.ts";
import { rawCommand } from "./testing.ts";

async function folder(t: ExecutionContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), "mongodb-test-"));
	t.teardown(() => rm(path, { recursive: true, force: true }));
	return path;
}

/** A server in a process of its own, so that it can be killed. */
async function spawnServer(t: ExecutionContext, dataDir: string): Promise<{ url: string; child: ChildProcess }> {
	const source = `import { startMongodb } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
console.log((await startMongodb({ dataDir: ${JSON.stringify(dataDir)} })).url);`;
	const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	t.teardown(() => child.kill("SIGKILL"));
	const [url] = await once(createInterface({ input: child.stdout! }), "line");
	return { url, child };
}

const kill = async (child: ChildProcess) => {
	const gone = once(child, "exit");
	child.kill("SIGKILL");
	await gone;
};

const quick = { retryWrites: false, maxPoolSize: 16 };

test("every acknowledged write is there after a SIGKILL under load", async (t) => {
	const dataDir = await folder(t);
	const inserted = new Set<string>();
	const increments = new Map<string, number>();
	const attempts = new Map<string, number>();
	let rounds = 0;
	for (; rounds < 4; rounds++) {
		const { url, child } = await spawnServer(t, dataDir);
		const client = await MongoClient.connect(url, quick);
		const items = client.db("shop").collection<{ _id: string; n: number; sku: string }>("items");
		await items.createIndex({ sku: 1 }, { unique: true });
		const enough = inserted.size + 250;
		let dead = false;
		const writers = Array.from({ length: 16 }, async (_, w) => {
			for (let i = 0; !dead; i++) {
				const _id = `${rounds}-${w}-${i}`;
				try {
					await items.insertOne({ _id, n: 0, sku: _id });
					inserted.add(_id);
					attempts.set(_id, 1);
					await items.updateOne({ _id }, { $inc: { n: 1 } });
					increments.set(_id, 1);
				} catch {
					return;
				}
			}
		});
		while (inserted.size < enough) await new Promise((resolve) => setTimeout(resolve, 2));
		await kill(child);
		dead = true;
		await client.close();
		await Promise.all(writers);
	}
	const server = await startMongodb({ dataDir });
	t.teardown(() => server.close());
	const client = await MongoClient.connect(server.url);
	t.teardown(() => client.close());
	const items = client.db("shop").collection<{ _id: string; n: number; sku: string }>("items");
	const found = new Map((await items.find().toArray()).map((doc) => [doc._id, doc]));
	t.deepEqual(
		[...inserted].filter((id) => !found.has(id)),
		[],
	);
	t.deepEqual(
		[...increments.keys()].filter((id) => found.get(id)?.n !== 1),
		[],
	);
	t.deepEqual(
		[...found.values()].filter(({ _id, n, sku }) => sku !== _id || n > (attempts.get(_id) ?? 1)),
		[],
	);
	// Every document is found by its index too, and by it alone.
	t.is(await items.countDocuments({ sku: { $gte: "" } }, { hint: "sku_1" }), found.size);
	t.log(`${rounds} kills, ${inserted.size} acknowledged inserts and ${increments.size} updates, none missing`);
});

test("writers that wait together are synced together, a lone one at once", async (t) => {
	const server = await startMongodb({ dataDir: await folder(t) });
	t.teardown(() => server.close());
	const client = await MongoClient.connect(server.url, { maxPoolSize: 64, minPoolSize: 64 });
	t.teardown(() => client.close());
	const items = client.db("shop").collection("items");
	await Promise.all(Array.from({ length: 64 }, () => items.insertOne({})));
	const round = async () => {
		const before = await server.stats();
		await Promise.all(
			Array.from({ length: 64 }, async () => {
				for (let i = 0; i < 20; i++) await items.insertOne({ i });
			}),
		);
		const after = await server.stats();
		return (after.written.commands - before.written.commands) / (after.written.syncs - before.written.syncs);
	};
	// On a starved machine the writers themselves may come too slowly to wait together, so the best of ten counts.
	let perSync = 0;
	for (let i = 0; i < 10 && perSync < 5; i++) perSync = Math.max(perSync, await round());
	const together = await server.stats();
	for (let i = 0; i < 20; i++) await items.insertOne({ i });
	const alone = await server.stats();
	t.log(`64 writers: ${perSync.toFixed(1)} writes a sync`);
	t.true(perSync >= 5);
	t.is(alone.written.syncs - together.written.syncs, 20);
	t.is(alone.written.documents - together.written.documents, 20);
});

test("a write repeated after a restart is answered as before and not done again", async (t) => {
	const dataDir = await folder(t);
	const lsid = { id: new UUID() };
	const command = {
		findAndModify: "items",
		query: { _id: 1 },
		update: { $inc: { n: 1 } },
		upsert: true,
		new: true,
		lsid,
		txnNumber: Long.fromNumber(7),
		$db: "shop",
	};
	const { url, child } = await spawnServer(t, dataDir);
	t.is((await rawCommand(url, command)).value.n, 1);
	await kill(child);
	const server = await startMongodb({ dataDir });
	t.teardown(() => server.close());
	t.is((await rawCommand(server.url, command)).value.n, 1);
	const next = { ...command, txnNumber: Long.fromNumber(8) };
	t.is((await rawCommand(server.url, next)).value.n, 2);
});

test("collections, indexes and documents are there after a restart", async (t) => {
	const dataDir = await folder(t);
	for (let round = 0; round < 3; round++) {
		const server = await startMongodb({ dataDir });
		const client = await MongoClient.connect(server.url);
		const items = client.db("shop").collection<{ _id: number; tags: string[] }>("items");
		await items.createIndex({ tags: 1 }, { unique: true });
		await items.insertOne({ _id: round, tags: [`t${round}`, `u${round}`] });
		t.is(await items.countDocuments(), round + 1);
		t.is((await items.findOne({ tags: "u0" }))?._id, 0);
		t.is((await items.indexes()).length, 2);
		await client.close();
		await server.close();
	}
});

test("a data folder that is in use is refused", async (t) => {
	const dataDir = await folder(t);
	const { child } = await spawnServer(t, dataDir);
	await t.throwsAsync(startMongodb({ dataDir }), { message: /in use by another server/ });
	await kill(child);
	const server = await startMongodb({ dataDir });
	await server.close();
});
