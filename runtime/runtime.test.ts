import { randomUUID } from "node:crypto";
import test from "ava";
import { Schema } from "mongoose";
import Type from "typebox";
import { startMongodb } from "../embedded/mongodb/index.ts";
import { closed, Id } from "../schemas/common.ts";
import { event } from "../schemas/contract.ts";
import { readSettings } from "./config.ts";
import { consumer } from "./events/consumer.ts";
import { startNode } from "./node.ts";
import { service } from "./service.ts";
import { fact } from "./store/aggregate.ts";
import { Collection } from "./store/collection.ts";

const counted = event({
	name: "tally.counted",
	service: "tally",
	summary: "one more",
	data: closed({ id: Id, count: Type.Integer() }),
});
interface Tally {
	id: string;
	rev: number;
	count: number;
}
const tallies = new Collection<Tally>({
	service: "tally",
	name: "tallies",
	schema: new Schema({ _id: String }, { strict: false }),
	remember: 100,
});

test("a thousand changes at once are all applied, each once, in far fewer commands", async (t) => {
	const mongodb = await startMongodb({ dataDir: null });
	const heard: number[] = [];
	const node = await startNode(
		[
			service({
				name: "tally",
				actions: [],
				collections: [tallies],
				consumers: [consumer(counted, "hear", async (e) => heard.push(e.data.count))],
			}),
		],
		readSettings({ MONGODB_URL: mongodb.url, NAMESPACE: `t${randomUUID().slice(0, 8)}`, LOG_LEVEL: "error" }, () => ""),
	);
	t.teardown(async () => {
		await node.stop();
		await mongodb.close();
	});
	await tallies.insert({ id: "a", count: 0 });
	const n = 1000;
	const t0 = performance.now();
	await Promise.all(
		Array.from({ length: n }, () =>
			tallies.change("a", (s) => ({
				state: { ...s, count: s.count + 1 },
				facts: [fact(counted, { id: "a", count: s.count + 1 })],
			})),
		),
	);
	t.log(performance.now() - t0);
	t.is((await tallies.get("a")).count, n);
	while (heard.length < n) await new Promise((r) => setTimeout(r, 10));
	await new Promise((r) => setTimeout(r, 100));
	t.is(heard.length, n);
	t.deepEqual(await tallies.waiting("9", 10), []);
	// many aggregates
	await Promise.all(Array.from({ length: 300 }, (_, i) => tallies.insert({ id: `x${i}`, count: 0 })));
	await Promise.all(
		Array.from({ length: 300 }, (_, i) => tallies.change(`x${i}`, (s) => ({ state: { ...s, count: 5 } }))),
	);
	t.is((await tallies.findMany({ count: 5 })).length, 300);
});
