import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { connect, type JetStreamManager, StorageType, type StreamConfig } from "nats";
import { closed, Id } from "../../schemas/common.ts";
import { event } from "../../schemas/contract.ts";
import { log } from "../log.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import { eventually } from "../testing.ts";
import { type Bus, type Consumer, consumer } from "./consumer.ts";
import { type JetStreamOptions, jetStreamBus } from "./jetstream.ts";
import { natsOptions } from "./nats-url.ts";
import { ACK_WAIT } from "./streams.ts";
import { takesBatches } from "./synced.ts";

const url = process.env.NATS_URL ?? "";
const onNats: typeof test.serial | (() => void) = url ? test.serial : () => {};
const PATIENCE = { attempts: 2, firstDelay: 20, longestDelay: 50 };
const happened = event({ name: "thing.happened", service: "thing", summary: "So it is", data: closed({ id: Id }) });
log("silent");
let count = 0;
const some = (id: string): OutboxEvent => ({
	id: `things/${id}/${++count}/0`,
	name: happened.name,
	aggregate: id,
	at: new Date().toISOString(),
	data: { id },
});

interface Bench {
	namespace: string;
	manager: JetStreamManager;
	bus: Bus;
	publish(subject: string, body: string): void;
	/** Messages of the consumer that are neither handled nor given up. */
	pending(): Promise<number>;
}

/** A bus with one consumer, and a look behind it. */
async function bench(t: ExecutionContext, handle?: Consumer["handle"], options: JetStreamOptions = {}): Promise<Bench> {
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const connection = await connect(natsOptions(url));
	const manager = await connection.jetstreamManager();
	const bus = await jetStreamBus(url, namespace, { patience: PATIENCE, ...options });
	if (handle) await bus.subscribe("thing", [consumer(happened, "hears", handle)], {} as never);
	t.teardown(async () => {
		await bus.close();
		for (const name of ["EVENTS", "DEAD_LETTERS"]) await manager.streams.delete(`${namespace}_${name}`).catch(() => {});
		await connection.close();
	});
	return {
		namespace,
		manager,
		bus,
		publish: (subject, body) => connection.publish(subject, body),
		async pending() {
			const { num_ack_pending, num_pending } = await manager.consumers.info(`${namespace}_EVENTS`, "thing-hears");
			return num_ack_pending + num_pending;
		},
	};
}

onNats("the streams are on disk, drop repeats and refuse what they cannot keep", async (t) => {
	const { manager, namespace, bus } = await bench(t);
	const { config } = await manager.streams.info(`${namespace}_EVENTS`);
	t.like(config, {
		storage: "file",
		discard: "new",
		duplicate_window: 120e9,
		max_age: 7 * 86_400e9,
		retention: "limits",
	});
	const one = some("a");
	await bus.publish(one);
	await bus.publish(one);
	t.is((await manager.streams.info(`${namespace}_EVENTS`)).state.messages, 1);
	await manager.streams.update(`${namespace}_EVENTS`, { max_msgs: 1 } as Partial<StreamConfig>);
	await t.throwsAsync(bus.publish(some("b")), { message: /maximum messages/ });
	const { state } = await manager.streams.info(`${namespace}_EVENTS`);
	t.is(state.first_seq, 1, "what is there stays");
});

onNats("a stream that was made otherwise is set right, and one in memory is refused", async (t) => {
	const { manager, namespace } = await bench(t);
	const name = `${namespace}_EVENTS`;
	await manager.streams.update(name, { duplicate_window: 1e9, max_bytes: 1e9 } as Partial<StreamConfig>);
	await (await jetStreamBus(url, namespace)).close();
	t.like((await manager.streams.info(name)).config, { duplicate_window: 120e9, max_bytes: 1e9 }, "limits of size stay");
	await manager.streams.delete(name);
	await manager.streams.add({ name, subjects: [`${namespace}.event.>`], storage: StorageType.Memory });
	await t.throwsAsync(jetStreamBus(url, namespace), { message: /has storage memory, which would lose events/ });
});

onNats("events that wait together are stored together, in order, and repeats among them once", async (t) => {
	const { manager, namespace, bus } = await bench(t);
	const events = Array.from({ length: 250 }, (_, n) => some(String(n)));
	await Promise.all(events.slice(0, 50).map((one) => bus.publish(one)));
	await Promise.all(events.map((one) => bus.publish(one)));
	const name = `${namespace}_EVENTS`;
	const { state } = await manager.streams.info(name);
	t.is(state.messages, 250);
	const stored: string[] = [];
	for (let seq = 1; seq <= 250; seq++)
		stored.push((await manager.streams.getMessage(name, { seq })).json<OutboxEvent>().id);
	t.deepEqual(
		stored,
		events.map(({ id }) => id),
	);
});

onNats("an event of which the dead letter cannot be stored is not given up", async (t) => {
	let healed = false;
	const { manager, namespace, bus, pending } = await bench(t, async () => {
		if (!healed) throw new Error("poison");
	});
	const letters = `${namespace}_DEAD_LETTERS`;
	await manager.streams.update(letters, { max_msgs: 1 } as Partial<StreamConfig>);
	await bus.publish(some("a"));
	await eventually(async () => (await bus.deadLetters()).letters.length === 1 && (await pending()) === 0);
	await bus.publish(some("b"));
	const redelivered = async () =>
		(await manager.consumers.info(`${namespace}_EVENTS`, "thing-hears")).delivered.consumer_seq;
	const before = await redelivered();
	// Well beyond its attempts it is still delivered.
	await eventually(async () => (await redelivered()) > before + 3 * PATIENCE.attempts);
	t.is(await pending(), 1);
	t.is((await bus.deadLetters()).letters.length, 1);
	await manager.streams.update(letters, { max_msgs: -1 } as Partial<StreamConfig>);
	await eventually(async () => (await bus.deadLetters()).letters.length === 2 && (await pending()) === 0);
	healed = true;
	for (const { id } of (await bus.deadLetters()).letters) await bus.replay(id);
	t.deepEqual(await bus.deadLetters(), { letters: [], next: null });
});

onNats("what the stream had acknowledged and nobody had handled comes again when the stream is lost", async (t) => {
	const heard: string[] = [];
	let open = false;
	const { manager, namespace, bus } = await bench(
		t,
		async ({ data }) => {
			if (!open) throw new Error("not yet");
			heard.push(String(data.id));
		},
		{ patience: { attempts: 1_000, firstDelay: 200, longestDelay: 500 } },
	);
	const ids = ["a", "b", "c"];
	await Promise.all(ids.map((id) => bus.publish(some(id))));
	await manager.streams.delete(`${namespace}_EVENTS`);
	open = true;
	await eventually(() => ids.every((id) => heard.includes(id)));
	t.pass();
});

onNats("a message that is no event becomes a dead letter at once and can be dropped", async (t) => {
	const { namespace, bus, publish, pending } = await bench(t, async () => {});
	for (const body of ["{", "null", '{"id":1}']) publish(`${namespace}.event.${happened.name}`, body);
	await eventually(async () => (await bus.deadLetters()).letters.length === 3 && (await pending()) === 0);
	const { letters } = await bus.deadLetters();
	for (const { error } of letters) t.regex(error, /^the message is no event: /);
	for (const { id } of letters) await bus.drop(id);
	t.deepEqual((await bus.deadLetters()).letters, []);
});

onNats("one poison message in a hundred blocks nobody", async (t) => {
	let heard = 0;
	const { bus } = await bench(
		t,
		async ({ data }) => {
			if (data.id === "poison") throw new Error("poison");
			heard++;
		},
		{ patience: { attempts: 3, firstDelay: 20, longestDelay: 100 } },
	);
	const all = Array.from({ length: 2_000 }, (_, n) => some(n % 100 === 0 ? "poison" : String(n)));
	await Promise.all(all.map((one) => bus.publish(one)));
	await eventually(() => heard === 1_980);
	await eventually(async () => (await bus.deadLetters({ limit: 100 })).letters.length === 20);
	t.pass();
});

/** A monitoring port that answers what nats-server 2.15 answers at /jsz, as far as it is looked at. */
async function monitor(t: ExecutionContext, answer: object): Promise<string> {
	const server = createServer((_request, response) => response.end(JSON.stringify(answer)));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.teardown(() => server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

onNats("a server that acknowledges before it has synced is refused, unless one chooses so", async (t) => {
	const lazy = await monitor(t, { config: { sync_interval: 120e9 } });
	const refused = (monitorUrl: string) =>
		t.throwsAsync(jetStreamBus(url, "refused", { monitorUrl }), { name: "ConfigurationError" });
	t.regex((await refused(lazy)).message, /set sync_interval: always .* or ALLOW_UNSYNCED=1/);
	t.regex((await refused(await monitor(t, { disabled: true }))).message, /has no JetStream/);
	t.regex((await refused("http://127.0.0.1:9")).message, /which does not answer/);
	await bench(t, undefined, { monitorUrl: lazy, allowUnsynced: true });
	await bench(t, undefined, { monitorUrl: await monitor(t, { config: { sync_always: true } }) });
});

test("batches are for servers from 2.12 on", (t) => {
	for (const version of ["2.12.0", "2.15.1", "3.0.0", "2.12.0-RC.1"]) t.true(takesBatches({ version }), version);
	for (const version of ["2.11.9", "2.9.25", "1.4.0", "dev"]) t.false(takesBatches({ version }), version);
});

onNats("what reaches a node while it leaves is given to another before it would count as lost", async (t) => {
	const heard = Array.from({ length: 30 }, () => new Set<string>());
	const consumers = heard.map((those, n) =>
		consumer(happened, `hears-${n}`, (async ({ id }: OutboxEvent) => void those.add(id)) as never),
	);
	const { bus, namespace } = await bench(t);
	const others = await Promise.all([1, 2].map(() => jetStreamBus(url, namespace, { patience: PATIENCE })));
	t.teardown(() => Promise.all(others.map((other) => other.close())));
	for (const other of others) await other.subscribe("thing", consumers, {} as never);
	const sent: OutboxEvent[] = [];
	let over = false;
	const load = (async () => {
		while (!over) {
			const events = Array.from({ length: 20 }, () => some("a"));
			await Promise.all(events.map(bus.publish));
			sent.push(...events);
		}
	})();
	await eventually(() => heard.every((those) => those.size > 100));
	await others[0]?.close();
	over = true;
	await load;
	await eventually(() => heard.every((those) => those.size === sent.length), ACK_WAIT / 2);
	t.pass();
});
