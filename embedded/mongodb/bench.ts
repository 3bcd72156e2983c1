/**
 * Processor time per mongoose command, the driver's side and the server's together (`node embedded/mongodb/bench.ts [--memory]`).
 * With COMPARE_MONGODB_URL set it measures that server instead; its own processor time is then not in the figure.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose, { Schema } from "mongoose";
import { startMongodb } from "./index.ts";

const WORKERS = 32;
const ROUNDS = 6000;

const folder = process.argv.includes("--memory") ? null : await mkdtemp(join(tmpdir(), "mongodb-bench-"));
const server = process.env.COMPARE_MONGODB_URL ? undefined : await startMongodb({ dataDir: folder });
const url = server?.url ?? process.env.COMPARE_MONGODB_URL!;
const db = await mongoose.createConnection(url, { dbName: `bench${process.pid}`, maxPoolSize: WORKERS }).asPromise();
const schema = new Schema({
	sku: String,
	available: Number,
	rev: Number,
	title: String,
	outbox: [{ kind: String, at: Date }],
});
const Item = db.model("Item", schema);
await Item.init();
const ids = Array.from({ length: 500 }, () => new mongoose.Types.ObjectId());
await Item.insertMany(
	ids.map((_id, i) => ({
		_id,
		sku: `SKU-${i}`,
		available: 100,
		rev: 0,
		title: "A thing for sale ".repeat(8),
		outbox: [],
	})),
);
const revisions = new Map(ids.map((id) => [String(id), 0]));

async function measure(
	name: string,
	workers: number,
	rounds: number,
	work: (i: number) => Promise<unknown>,
): Promise<void> {
	let next = 0;
	const run = async () => {
		while (next < rounds) await work(next++);
	};
	await Promise.all(Array.from({ length: workers }, run));
	next = 0;
	const before = await server?.stats();
	const cpu = process.cpuUsage();
	const start = performance.now();
	await Promise.all(Array.from({ length: workers }, run));
	const wall = performance.now() - start;
	const { user, system } = process.cpuUsage(cpu);
	const after = await server?.stats();
	const syncs = after && before ? after.written.syncs - before.written.syncs : 0;
	const commands = syncs > 0 ? after!.written.commands - before!.written.commands : 0;
	const perSync = syncs > 0 ? `, ${(commands / syncs).toFixed(1)} writes a sync` : "";
	console.log(
		`${name.padEnd(28)} ${workers} connections: ${((user + system) / 1000 / rounds).toFixed(3)} ms processor, ${((wall / rounds) * workers).toFixed(2)} ms latency, ${Math.round((rounds / wall) * 1000)}/s${perSync}`,
	);
}

const pick = (i: number) => ids[(i * 7919) % ids.length]!;

for (const workers of [WORKERS, 1]) {
	const rounds = workers === 1 ? ROUNDS / 6 : ROUNDS;
	await measure("findOne by _id, lean", workers, rounds, (i) => Item.findOne({ _id: pick(i) }).lean());
	await measure("findOne by _id, document", workers, rounds, (i) => Item.findOne({ _id: pick(i) }));
	await measure("updateOne by { _id, rev }", workers, rounds, async (i) => {
		const _id = pick(i);
		const rev = revisions.get(String(_id))!;
		revisions.set(String(_id), rev + 1);
		await Item.updateOne({ _id, rev }, { $inc: { rev: 1 }, $set: { available: i } });
	});
	await measure("insertOne", workers, rounds, (i) =>
		Item.collection.insertOne({ sku: `N-${i}`, available: 1, rev: 0 }),
	);
}

await db.dropDatabase();
await db.close();
await server?.close();
if (folder) await rm(folder, { recursive: true, force: true });
