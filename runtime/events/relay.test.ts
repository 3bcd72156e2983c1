import test from "ava";
import { Schema } from "mongoose";
import type { OutboxEvent } from "../store/aggregate.ts";
import { Collection } from "../store/collection.ts";
import { connectStores, database, disconnectStores } from "../store/connection.ts";
import { eventually, testSettings } from "../testing.ts";
import type { Bus } from "./consumer.ts";
import { relay } from "./relay.ts";

test("what thousands of outboxes kept while the bus was away leaves together, and is told of in one line", async (t) => {
	const settings = await testSettings(t);
	await connectStores(settings.MONGODB_URL);
	const connection = await database(settings.NAMESPACE, "tally");
	const tallies = new Collection<{ id: string; rev: number }>({
		service: "tally",
		name: "tallies",
		schema: new Schema({ _id: String }, { strict: false }),
	});
	const told: string[] = [];
	const published = new Set<string>();
	let away = true;
	const bus = {
		async publish({ id }: OutboxEvent) {
			if (away) throw new Error("nobody there");
			published.add(id);
		},
	} as Bus;
	const events = relay(bus, { warn: (message) => told.push(message) });
	t.teardown(async () => {
		events.stop();
		await connection.dropDatabase();
		await disconnectStores();
	});
	await tallies.open(connection, "tally.1", events.wake);
	events.watch(tallies);
	const facts = [{ name: "tally.counted", data: {} }];
	await Promise.all(Array.from({ length: 3_000 }, (_, n) => tallies.insert({ id: `t${n}` }, facts)));
	await eventually(() => told.length > 0);
	t.regex(told[0]!, /wait.* in .*outbox.*nobody there/);
	t.is(told.length, 1, "once, not for each of them");
	away = false;
	await eventually(() => published.size === 3_000);
	away = true;
	await tallies.insert({ id: "later" }, facts);
	await eventually(() => told.length === 2);
});
