import test from "ava";
import { Schema } from "mongoose";
import { codeOf } from "../errors.ts";
import { eventually, testSettings } from "../testing.ts";
import type { OutboxEvent } from "./aggregate.ts";
import { Collection } from "./collection.ts";
import { commandCount, connectStores, database, disconnectStores } from "./connection.ts";
import { DuplicateKeyError } from "./writer.ts";

interface Tally {
	id: string;
	rev: number;
	count: number;
	code?: string;
}

const schema = () => {
	const made = new Schema({ _id: String, code: String }, { strict: false });
	made.index({ code: 1 }, { unique: true, sparse: true });
	return made;
};
const more = (state: Tally) => ({
	state: { ...state, count: state.count + 1 },
	facts: [{ name: "tally.counted", data: { count: state.count + 1 } }],
});

/** What is read arrives `milliseconds` after it was read. */
function lateAnswers({ documents }: Collection<Tally>, milliseconds: number): void {
	const find = documents.find.bind(documents) as (...of: unknown[]) => { toArray(): Promise<unknown[]> };
	documents.find = ((...of: unknown[]) => {
		const cursor = find(...of);
		const toArray = cursor.toArray.bind(cursor);
		cursor.toArray = async () => {
			const found = await toArray();
			await new Promise((resolve) => setTimeout(resolve, milliseconds));
			return found;
		};
		return cursor;
	}) as never;
}

test.serial("changes, conflicts and refusals of aggregates", async (t) => {
	const settings = await testSettings(t);
	await connectStores(settings.MONGODB_URL);
	const connection = await database(settings.NAMESPACE, "tally");
	t.teardown(async () => {
		await connection.dropDatabase();
		await disconnectStores();
	});
	const woken: OutboxEvent[] = [];
	const open = async (node: string) => {
		const collection = new Collection<Tally>({ service: "tally", name: "tallies", schema: schema(), remember: 100 });
		await collection.open(connection, node, (_store, events) => woken.push(...events));
		return collection;
	};
	const here = await open("tally.1");
	const there = await open("tally.2");

	// A thousand changes that come at once are all applied, each once, in few commands.
	await here.insert({ id: "a", count: 0 });
	const before = commandCount();
	await Promise.all(Array.from({ length: 1_000 }, () => here.change("a", more)));
	t.is((await here.get("a")).count, 1_000);
	t.true(commandCount() - before < 50, `${commandCount() - before} commands`);
	t.is(new Set(woken.map(({ id }) => id)).size, 1_000);

	// Two nodes that change the same aggregates at once lose nothing.
	await Promise.all(Array.from({ length: 20 }, (_, n) => here.insert({ id: `b${n}`, count: 0 })));
	const turns = Array.from({ length: 400 }, (_, n) => (n % 2 ? here : there).change(`b${n % 20}`, more));
	await Promise.all(turns);
	const counted = await here.findMany({ _id: { $regex: "^b" } });
	t.is(
		counted.reduce((sum, { count }) => sum + count, 0),
		400,
	);
	t.true(
		counted.every(({ rev, count }) => rev === count + 1),
		"revisions are gapless",
	);
	const stored = await here.waiting("9999", 10_000);
	t.is(stored.filter(({ aggregate }) => aggregate.startsWith("b")).length, 400, "one event for each change, no more");

	// A decision that refuses leaves everything as it was, on stale memory too.
	await there.change("a", (state) => ({ state: { ...state, count: 7 } }));
	const refused = await t.throwsAsync(
		here.change("a", (state) => {
			if (state.count === 7) throw new Error("seven");
			throw new Error(`decided on ${state.count}`);
		}),
	);
	t.is(refused?.message, "seven", "a refusal is only final on the state of the store");
	const stale = await t.throwsAsync(here.change("a", more, 1));
	t.is(codeOf(stale), "precondition_failed");
	t.is(codeOf(await t.throwsAsync(here.change("nobody", more))), "not_found");

	// A unique index refuses one of many inserts that go out together, and only that one.
	const inserts = await Promise.allSettled([
		here.insert({ id: "c1", count: 0, code: "x" }),
		here.insert({ id: "c2", count: 0, code: "x" }),
		here.insert({ id: "c3", count: 0, code: "y" }),
	]);
	t.deepEqual(
		inserts.map(({ status }) => status),
		["fulfilled", "rejected", "fulfilled"],
	);
	t.true((inserts[1] as PromiseRejectedResult).reason instanceof DuplicateKeyError);

	// Published events leave the outbox, others stay.
	// What is published leaves, too, when the change that comes together with it turns out to be none.
	const [published] = (await here.waiting("9999", 10_000)).filter(({ aggregate }) => aggregate === "b4");
	const away = here.published(published!);
	here.tidy();
	await Promise.all([here.change("b4", (state) => ({ state })), away]);

	// Nor does it stay when that change fails.
	const [stays] = (await here.waiting("9999", 10_000)).filter(({ aggregate }) => aggregate === "b5");
	const { documents: reached } = here;
	const update = reached.updateOne.bind(reached);
	reached.updateOne = () => Promise.reject(new Error("the store is away"));
	const out = here.published(stays!);
	here.tidy();
	await t.throwsAsync(here.change("b5", more), { message: "the store is away" });
	reached.updateOne = update;
	await out;

	const waiting = (await here.waiting("9999", 10_000)).filter(({ aggregate }) => aggregate === "b3");
	for (const event of waiting.slice(0, 5)) void here.published(event);
	await eventually(
		async () =>
			(await here.waiting("9999", 10_000)).filter(({ aggregate }) => aggregate === "b3").length === waiting.length - 5,
	);

	// Pages go through all of them, whatever their size.
	const ids: string[] = [];
	for (let cursor: string | undefined; ; ) {
		const page = await here.page({ _id: { $regex: "^b" } }, { limit: 7, ...(cursor ? { cursor } : {}) });
		ids.push(...page.data.map(({ id }) => id));
		if (!page.nextCursor) break;
		cursor = page.nextCursor;
	}
	t.is(new Set(ids).size, 20);
	// Where no other process writes, reads cost nothing and are never behind, also those that were under way during a change.
	const alone = new Collection<Tally>({ service: "tally", name: "tallies", schema: schema(), remember: 100 });
	await alone.open(connection, "tally.3", (_store, events) => woken.push(...events), true);
	await alone.insert({ id: "s", count: 0 });
	const free = commandCount();
	for (let n = 0; n < 10; n++) t.is((await alone.get("s")).count, 0);
	t.is(commandCount(), free);
	await alone.insert({ id: "o", count: 0 });
	lateAnswers(alone, 25);
	for (let n = 1; n <= 10; n++) {
		await Promise.all([alone.change("s", more), alone.change("o", more), alone.get("s")]);
		t.is((await alone.get("s")).count, n);
	}

	// Nor when a change is stored and not answered while somebody reads.
	const { documents } = alone;
	const updateOne = documents.updateOne.bind(documents);
	let reading: Promise<unknown> | undefined;
	documents.updateOne = (async (...of: Parameters<typeof updateOne>) => {
		reading = alone.get("s");
		await new Promise((resolve) => setTimeout(resolve, 10));
		await updateOne(...of);
		throw new Error("no answer");
	}) as never;
	await t.throwsAsync(alone.change("s", more), { message: "no answer" });
	documents.updateOne = updateOne;
	await reading;
	t.is((await alone.get("s")).count, 11);

	// What is published leaves with the next change, or by itself.
	await alone.insert({ id: "p", count: 0 });
	await alone.change("p", more);
	const [first] = woken.filter(({ aggregate }) => aggregate === "p");
	const gone = alone.published(first as OutboxEvent);
	const cost = commandCount();
	await alone.change("p", more);
	await gone;
	t.is(commandCount() - cost, 1);
	const left = (await alone.waiting("9999", 10_000)).filter(({ aggregate }) => aggregate === "p");
	t.deepEqual(
		left.map(({ data }) => data.count),
		[2],
	);
	await alone.published(left[0] as OutboxEvent);
	t.is((await alone.waiting("9999", 10_000)).filter(({ aggregate }) => aggregate === "p").length, 0);

	const bad = await t.throwsAsync(here.page({}, { cursor: "bm90IG91cnM" }));
	t.is(codeOf(bad), "validation_failed");
});
