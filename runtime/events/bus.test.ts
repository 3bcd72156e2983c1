import test, { type ExecutionContext } from "ava";
import { Schema } from "mongoose";
import Type from "typebox";
import { closed, Id } from "../../schemas/common.ts";
import { event } from "../../schemas/contract.ts";
import { type RunningNode, startNode } from "../node.ts";
import { service } from "../service.ts";
import { fact } from "../store/aggregate.ts";
import { Collection } from "../store/collection.ts";
import { eventually, testSettings } from "../testing.ts";
import { type Consumer, consumer } from "./consumer.ts";
import { type LetterBox, localBus } from "./local.ts";
import { ACK_WAIT } from "./streams.ts";

// The same promises on both buses: in the process itself, and on JetStream where NATS_URL names a server.
const buses = [
	{ name: "in one process", url: "" },
	...(process.env.NATS_URL ? [{ name: "on JetStream", url: process.env.NATS_URL }] : []),
];

const PATIENCE = { attempts: 4, firstDelay: 20, longestDelay: 100 };
const counted = event({
	name: "tally.counted",
	service: "tally",
	summary: "One more",
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
const add = (id: string) =>
	tallies.change(id, (state) => ({
		state: { ...state, count: state.count + 1 },
		facts: [fact(counted, { id, count: state.count + 1 })],
	}));

async function node(
	t: ExecutionContext,
	url: string,
	handlers: Consumer["handle"][],
	settings?: RunningNode["settings"],
	patience = PATIENCE,
): Promise<RunningNode> {
	const all = settings ?? (await testSettings(t, { NATS_URL: url }));
	const consumers = handlers.map((handle, n) => consumer(counted, `hear-${n}`, handle as never));
	const tally = service({ name: "tally", actions: [], collections: [tallies], consumers });
	const running = await startNode([tally], all, { patience });
	// Also where the test fails: a run does not end before its nodes.
	t.teardown(() => running.stop());
	return running;
}

for (const { name, url } of buses) {
	test.serial(`every fact reaches every consumer, in the order of its aggregate, ${name}`, async (t) => {
		const heard: [string, number][][] = [[], []];
		const running = await node(
			t,
			url,
			[0, 1].map(
				(n) =>
					async ({ data }) =>
						heard[n]?.push([data.id as string, data.count as number]),
			),
		);
		for (const id of ["a", "b", "c"]) await tallies.insert({ id, count: 0 });
		await Promise.all(Array.from({ length: 150 }, (_, n) => add(["a", "b", "c"][n % 3] as string)));
		await eventually(() => heard.every((list) => list.length >= 150));
		for (const list of heard) {
			for (const id of ["a", "b", "c"]) {
				const counts = list.filter(([from]) => from === id).map(([, count]) => count);
				t.deepEqual(
					counts,
					Array.from({ length: 50 }, (_, n) => n + 1),
				);
			}
		}
		await eventually(async () => (await tallies.waiting("9999", 1_000)).length === 0);
		await running.stop();
	});

	test.serial(`a consumer that fails for a while is asked again until it works, ${name}`, async (t) => {
		const attempts: number[] = [];
		const running = await node(t, url, [
			async ({ attempt }) => {
				attempts.push(attempt);
				if (attempts.length < 3) throw new Error("not yet");
			},
		]);
		await tallies.insert({ id: "a", count: 0 });
		await add("a");
		await eventually(() => attempts.length === 3);
		t.deepEqual(attempts, [1, 2, 3]);
		t.deepEqual((await running.bus.deadLetters()).letters, []);
		await running.stop();
	});

	test.serial(
		`a poison message lands in the dead letters, blocks nobody, and a replay heals it, ${name}`,
		async (t) => {
			let healed = false;
			const heard: number[] = [];
			const running = await node(t, url, [
				async ({ data }) => {
					if (data.count === 3 && !healed) throw new Error("this one is poison");
					heard.push(data.count as number);
				},
			]);
			await tallies.insert({ id: "a", count: 0 });
			for (let n = 0; n < 10; n++) await add("a");
			await eventually(() => heard.length === 9);
			await eventually(async () => (await running.bus.deadLetters()).letters.length === 1);
			const [letter] = (await running.bus.deadLetters()).letters;
			t.regex(letter?.error ?? "", /this one is poison/);
			t.is(letter?.attempts, PATIENCE.attempts);
			t.deepEqual(
				letter?.history.map(({ attempt, error }) => [attempt, error]),
				[1, 2, 3, 4].map((attempt) => [attempt, "this one is poison"]),
			);
			const times = letter?.history.map(({ at }) => at) ?? [];
			t.deepEqual([...times].sort(), times);
			await t.throwsAsync(running.bus.replay(letter?.id ?? ""), { message: "this one is poison" });
			t.is((await running.bus.deadLetters()).letters.length, 1, "a replay that fails keeps the letter");
			t.like(await running.bus.deadLetter(letter?.id ?? ""), { attempts: 5, history: { 4: { attempt: 5 } } });
			healed = true;
			await running.bus.replay(letter?.id ?? "");
			t.true(heard.includes(3));
			t.deepEqual((await running.bus.deadLetters()).letters, []);
			await running.stop();
		},
	);

	test.serial(`dead letters are read in pages, by service, and given up one by one, ${name}`, async (t) => {
		const running = await node(
			t,
			url,
			[
				async () => {
					throw new Error("never");
				},
			],
			undefined,
			{ ...PATIENCE, attempts: 1 },
		);
		await tallies.insert({ id: "a", count: 0 });
		for (let n = 0; n < 5; n++) await add("a");
		await eventually(async () => (await running.bus.deadLetters()).letters.length === 5);
		const seen: number[] = [];
		let after: string | undefined;
		let pages = 0;
		do {
			const page = await running.bus.deadLetters({ service: "tally", limit: 2, after });
			seen.push(...page.letters.map(({ event: { data } }) => data.count as number));
			after = page.next ?? undefined;
			pages++;
		} while (after !== undefined);
		t.is(pages, 3);
		t.deepEqual(
			seen.sort((a, b) => a - b),
			[1, 2, 3, 4, 5],
		);
		t.deepEqual(await running.bus.deadLetters({ service: "another" }), { letters: [], next: null });
		const [first] = (await running.bus.deadLetters()).letters;
		await running.bus.drop(first?.id ?? "");
		t.is(await running.bus.deadLetter(first?.id ?? ""), null);
		for (const act of ["drop", "replay"] as const)
			t.like(await t.throwsAsync(running.bus[act](first?.id ?? "")), { type: "not_found" });
		t.is((await running.bus.deadLetters()).letters.length, 4);
		await running.stop();
	});

	test.serial(`what was not handled when a node stopped is handled by the next, ${name}`, async (t) => {
		const settings = await testSettings(t, { NATS_URL: url });
		let broken = true;
		const heard: number[] = [];
		const handle: Consumer["handle"] = async ({ data }) => {
			if (broken) throw new Error("out of order");
			heard.push(data.count as number);
		};
		const first = await node(t, url, [handle], settings, { ...PATIENCE, attempts: 1_000 });
		await tallies.insert({ id: "a", count: 0 });
		for (let n = 0; n < 5; n++) await add("a");
		await first.stop();
		broken = false;
		const second = await node(t, url, [handle], settings);
		// It was handed back: nothing has to count as lost first.
		await eventually(() => new Set(heard).size === 5, ACK_WAIT / 2);
		t.deepEqual([...new Set(heard)].sort(), [1, 2, 3, 4, 5]);
		await second.stop();
	});
}

test.serial("an event whose dead letter cannot be stored stays in its outbox, in one process", async (t) => {
	let full = true;
	const stored: string[] = [];
	const box: LetterBox = {
		put: async ({ id }) => {
			if (full) throw new Error("no room");
			stored.push(id);
		},
		list: async () => ({ letters: [], next: null }),
		get: async () => null,
		remove: async () => false,
	};
	const bus = localBus(box, { ...PATIENCE, attempts: 1 });
	const fails = consumer(counted, "fails", async () => {
		throw new Error("never");
	});
	await bus.subscribe("tally", [fails], {} as never);
	const event = { id: "tallies/a/1/0", name: counted.name, aggregate: "a", at: new Date().toISOString(), data: {} };
	await t.throwsAsync(bus.publish(event), { message: "no room" });
	full = false;
	await bus.publish(event);
	t.regex(stored.join(), /^dlt_[0-9a-f]{32}$/);
});
