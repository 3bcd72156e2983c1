import {
	type ConsumerMessages,
	connect,
	type JsMsg,
	type NatsConnection,
	type NatsError,
	type Subscription,
} from "nats";
import type { Caller } from "../action.ts";
import { fail } from "../errors.ts";
import { pass } from "../failpoint.ts";
import { log } from "../log.ts";
import { sequence } from "../mailbox.ts";
import { every } from "../periodic.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import { type Bus, type Consumer, delayBefore, PATIENCE, type Patience } from "./consumer.ts";
import { Failures, failedAgain, letterOf } from "./letter.ts";
import { type NatsIdentity, natsOptions } from "./nats-url.ts";
import { publisher } from "./publisher.ts";
import { Recent } from "./recent.ts";
import { streamLetters } from "./stream-letters.ts";
import { ACK_WAIT, ensureConsumer, ensureStreams, namesIn } from "./streams.ts";
import { requireDurability, takesBatches } from "./synced.ts";

/** Milliseconds between two looks whether the stream is the one that it was. */
const LOOK = 2_000;

/** Milliseconds a node that leaves waits for the server's word. */
const LEAVES_WITHIN = 2_000;

/** Longer than it takes to leave: what is handed back on leaving must not come back to the one that leaves. */
const FOR_ANOTHER = 500;

interface Handler {
	service: string;
	consumer: Consumer;
	from: Caller;
}

export interface JetStreamOptions {
	patience?: Patience | undefined;
	/** Where the server's monitoring port is, to see that it syncs. */
	monitorUrl?: string;
	/** Takes a server that acknowledges before it has synced. */
	allowUnsynced?: boolean;
	/** Whose user it is on NATS. */
	identity?: NatsIdentity;
}

/**
 * The durable bus: one stream of events, one of dead letters, a pull consumer for each handler. Messages are kept seven
 * days; a repeat within two minutes is dropped by the stream, a later one by the handlers themselves.
 * @throws ConfigurationError when the server's settings cannot keep the promise
 */
export async function jetStreamBus(url: string, namespace: string, options: JetStreamOptions = {}): Promise<Bus> {
	const { patience = PATIENCE, monitorUrl = "", allowUnsynced = false, identity } = options;
	const connection = await connect({
		...natsOptions(url, identity),
		name: `${namespace} events`,
		maxReconnectAttempts: -1,
		reconnectTimeWait: 250,
	});
	const names = namesIn(namespace);
	const batches = takesBatches(connection.info ?? { version: "0" });
	const js = connection.jetstream({ timeout: 3_000 });
	const { manager, created } = await prepared().catch(async (error) => {
		await connection.close();
		throw error;
	});
	const send = publisher(connection, js, batches);
	const recent = new Recent();
	const sent = (event: OutboxEvent) => send(names.subject(event.name), event.id, JSON.stringify(event));
	let known = created;
	let restoring: Promise<void> | undefined;
	const letters = streamLetters(js, manager, names);
	const failures = new Failures(patience);
	const inOrder = sequence();
	let closing = false;
	const running: { stop(): Promise<void> }[] = [];
	const handlers = new Map<string, Handler>();

	async function prepared() {
		await requireDurability(connection, monitorUrl, allowUnsynced);
		const manager = await connection.jetstreamManager({ timeout: 5_000, checkAPI: false });
		return { manager, created: await ensureStreams(manager, names, batches) };
	}

	async function publish(event: OutboxEvent): Promise<void> {
		try {
			await sent(event);
			recent.add(event);
		} catch (error) {
			const { code, api_error: refused } = error as NatsError;
			// The client's own message is a number.
			if (refused) throw new Error(`NATS refuses it: ${refused.description}`, { cause: error });
			// Nobody listens on the subject: the stream is gone.
			if (code === "503") await restored();
			throw error;
		}
	}

	/** Sees to it that the streams are there, and fills one that was lost with what this process had published lately. */
	function restored(): Promise<void> {
		restoring ??= restore().finally(() => {
			restoring = undefined;
		});
		return restoring;
	}

	async function restore(): Promise<void> {
		const found = await ensureStreams(manager, names, batches);
		if (found === known) return;
		const events = recent.all();
		await Promise.all(events.map(sent));
		// Only now: where one could not be sent, the next look sends them all once more, and the stream drops repeats.
		known = found;
		if (events.length > 0) log().warn(`the stream of events was lost: ${events.length} events went into its successor`);
	}

	function handle({ service, consumer, from }: Handler, event: OutboxEvent, attempt: number): Promise<unknown> {
		const run = () => consumer.handle({ ...event, attempt }, from);
		return consumer.inOrder ? inOrder(`${service}/${consumer.name}/${event.aggregate}`, run) : run();
	}

	async function settle(message: JsMsg, handler: Handler): Promise<void> {
		const to = { service: handler.service, consumer: handler.consumer.name };
		const attempt = message.info.deliveryCount;
		const event = eventOf(message);
		if (!event) return refuseUnreadable(message, handler);
		const beat = setInterval(() => message.working(), ACK_WAIT / 3);
		try {
			await handle(handler, event, attempt);
			pass("handled", `${to.service}.${to.consumer}`, "after");
			message.ack();
			if (attempt > 1) failures.forget(to, event);
		} catch (error) {
			const letter = failures.note(to, event, error, attempt);
			if (!letter) return message.nak(Math.max(delayBefore(attempt, patience), closing ? FOR_ANOTHER : 0));
			// Only when the dead letter is stored is the original given up; otherwise it is delivered again.
			await letters.put(letter);
			message.term();
			failures.forget(to, event);
		} finally {
			clearInterval(beat);
		}
	}

	/** What is no event will be none at the next attempt either. */
	async function refuseUnreadable(message: JsMsg, { service, consumer }: Handler): Promise<void> {
		const id = `${names.events}/${message.seq}`;
		const at = new Date(message.info.timestampNanos / 1e6).toISOString();
		const event = { id, name: consumer.event.name, aggregate: "", at, data: {} };
		const error = new Error(`the message is no event: ${message.string().slice(0, 200)}`);
		await letters.put(letterOf({ service, consumer: consumer.name }, event, error, message.info.deliveryCount, []));
		message.term();
	}

	async function consume(handler: Handler): Promise<{ stop(): Promise<void> }> {
		const { service, consumer } = handler;
		const durable = `${service}-${consumer.name}`;
		const underWay = new Set<Promise<void>>();
		let stopped = false;
		let messages: ConsumerMessages | undefined;

		const loop = async () => {
			while (!stopped) {
				try {
					await ensureConsumer(manager, names.events, durable, names.subject(consumer.event.name));
					// The client would go on asking a consumer that went with its stream.
					const options = { max_messages: 100, abort_on_missing_resource: true };
					messages = await (await js.consumers.get(names.events, durable)).consume(options);
					for await (const message of messages) {
						if (closing) {
							message.nak(FOR_ANOTHER);
							continue;
						}
						const work = settle(message, handler).catch(() => message.nak(patience.firstDelay));
						underWay.add(work);
						void work.finally(() => underWay.delete(work));
					}
				} catch {
					if (connection.isClosed()) return;
					await restored().catch(() => {});
				}
				if (!stopped) await new Promise((resolve) => setTimeout(resolve, 500));
			}
		};
		// The first turn is awaited up to here, so that a service that says it started has its consumers.
		await ensureConsumer(manager, names.events, durable, names.subject(consumer.event.name));
		const over = loop();
		return {
			async stop() {
				await Promise.allSettled(underWay);
				stopped = true;
				// What the server sends until it has heard of this is handed back too; the client's own stop() would not hear it.
				const sent = (messages as { sub?: Subscription } | undefined)?.sub?.drain().then(() => over);
				await inTime(sent);
				messages?.stop();
			},
		};
	}

	// A stream that another node has made anew answers as if nothing had happened.
	const looking = every(LOOK, restored, () => {});

	return {
		publish,
		async subscribe(service, consumers, from) {
			for (const consumer of consumers) {
				const handler = { service, consumer, from };
				handlers.set(`${service}/${consumer.name}`, handler);
				running.push(await consume(handler));
			}
		},
		async healthy() {
			if (connection.isClosed()) return false;
			try {
				await manager.streams.info(names.events);
				return true;
			} catch {
				return false;
			}
		},
		deadLetters: (page = {}) => letters.list(page),
		deadLetter: (id) => letters.get(id),
		handles: ({ service, consumer }) => handlers.has(`${service}/${consumer}`),
		async replay(id, keep = false) {
			const letter = await letters.get(id);
			const handler = letter && handlers.get(`${letter.service}/${letter.consumer}`);
			if (!letter || !handler) throw fail("not_found");
			try {
				await handle(handler, letter.event, letter.attempts + 1);
			} catch (error) {
				await letters.put(failedAgain(letter, error));
				throw error;
			}
			if (!keep) await letters.remove(letter);
		},
		async drop(id) {
			const letter = await letters.get(id);
			if (!letter) throw fail("not_found");
			await letters.remove(letter);
		},
		async close() {
			// What the server has sent already is handed back, so that another node need not wait until it counts as lost.
			closing = true;
			await looking.stop();
			await new Promise((resolve) => setTimeout(resolve, 50));
			await Promise.all(running.map((entry) => entry.stop()));
			await drained(connection);
		},
	};
}

/** The event of a message, or null for what is none. */
function eventOf(message: JsMsg): OutboxEvent | null {
	try {
		const event = message.json<Partial<OutboxEvent> | null>();
		return typeof event?.id === "string" && typeof event.data === "object" ? (event as OutboxEvent) : null;
	} catch {
		return null;
	}
}

async function drained(connection: NatsConnection): Promise<void> {
	if (!connection.isClosed()) await inTime(connection.drain().catch(() => connection.close()));
}

/** Waits for what ends soon where the server is there, and for ever where it is away. */
async function inTime(leaving: Promise<unknown> | undefined): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise((resolve) => {
		timer = setTimeout(resolve, LEAVES_WITHIN);
	});
	await Promise.race([leaving, late]).catch(() => {});
	clearTimeout(timer);
}
