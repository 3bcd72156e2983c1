import {
	AckPolicy,
	type ConsumerMessages,
	connect,
	DeliverPolicy,
	type JetStreamManager,
	type JsMsg,
	type NatsConnection,
	nanos,
	RetentionPolicy,
	StorageType,
} from "nats";
import type { Caller } from "../action.ts";
import { fail } from "../errors.ts";
import { sequence } from "../mailbox.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import { type Bus, type Consumer, type DeadLetter, delayBefore, PATIENCE, type Patience } from "./consumer.ts";
import { letterOf, tellFailure } from "./local.ts";
import { natsOptions } from "./nats-url.ts";

const ACK_WAIT = 30_000;
const DAY = 86_400_000;
/** Longer than it takes to leave: what is handed back on leaving must not come back to the one that leaves. */
const FOR_ANOTHER = 500;

/**
 * The durable bus: one stream of events, one of dead letters, a pull consumer for each handler. Messages are kept seven
 * days; a repeat within two minutes is dropped by the stream, a later one by the handlers themselves.
 */
export async function jetStreamBus(url: string, namespace: string, patience: Patience = PATIENCE): Promise<Bus> {
	const connection = await connect({
		...natsOptions(url),
		name: `${namespace} events`,
		maxReconnectAttempts: -1,
		reconnectTimeWait: 250,
	});
	const js = connection.jetstream({ timeout: 3_000 });
	const manager = await connection.jetstreamManager({ timeout: 5_000 });
	const names = {
		events: `${namespace}_EVENTS`,
		letters: `${namespace}_DEAD_LETTERS`,
		subject: (name: string) => `${namespace}.event.${name}`,
		letter: (service: string, name: string) => `${namespace}.dead.${service}.${name}`,
	};
	await ensureStreams(manager, namespace, names);
	const inOrder = sequence();
	let closing = false;
	const running: { stop(): Promise<void> }[] = [];
	const handlers = new Map<string, { consumer: Consumer; from: Caller }>();

	async function publish(event: OutboxEvent): Promise<void> {
		try {
			await js.publish(names.subject(event.name), JSON.stringify(event), { msgID: event.id });
		} catch (error) {
			if ((error as { code?: string }).code === "503") await ensureStreams(manager, namespace, names);
			throw error;
		}
	}

	async function settle(message: JsMsg, service: string, consumer: Consumer, from: Caller): Promise<void> {
		const event = message.json<OutboxEvent>();
		const attempt = message.info.deliveryCount;
		const beat = setInterval(() => message.working(), ACK_WAIT / 3);
		try {
			const handle = () => consumer.handle({ ...event, attempt }, from);
			await (consumer.inOrder ? inOrder(`${service}/${consumer.name}/${event.aggregate}`, handle) : handle());
			message.ack();
		} catch (error) {
			tellFailure({ service, consumer }, event, error, attempt, patience);
			if (attempt < patience.attempts) message.nak(Math.max(delayBefore(attempt, patience), closing ? FOR_ANOTHER : 0));
			else {
				// Only when the dead letter is stored is the original given up; otherwise it is delivered again.
				const letter = letterOf({ service, consumer }, event, error, attempt);
				await js.publish(names.letter(service, consumer.name), JSON.stringify(letter), {
					msgID: `${event.id}/${consumer.name}`,
				});
				message.term();
			}
		} finally {
			clearInterval(beat);
		}
	}

	async function consume(service: string, consumer: Consumer, from: Caller): Promise<{ stop(): Promise<void> }> {
		const durable = `${service}-${consumer.name}`;
		const underWay = new Set<Promise<void>>();
		let stopped = false;
		let messages: ConsumerMessages | undefined;

		const loop = async () => {
			while (!stopped) {
				try {
					await ensureConsumer(manager, names.events, durable, names.subject(consumer.event.name));
					messages = await (await js.consumers.get(names.events, durable)).consume({ max_messages: 100 });
					for await (const message of messages) {
						if (closing) {
							message.nak(FOR_ANOTHER);
							continue;
						}
						const work = settle(message, service, consumer, from).catch(() => message.nak(patience.firstDelay));
						underWay.add(work);
						void work.finally(() => underWay.delete(work));
					}
				} catch {
					if (connection.isClosed()) return;
					await ensureStreams(manager, namespace, names).catch(() => {});
				}
				if (!stopped) await new Promise((resolve) => setTimeout(resolve, 500));
			}
		};
		// The first turn is awaited up to here, so that a service that says it started has its consumers.
		await ensureConsumer(manager, names.events, durable, names.subject(consumer.event.name));
		void loop();
		return {
			async stop() {
				await Promise.allSettled(underWay);
				stopped = true;
				messages?.stop();
			},
		};
	}

	return {
		publish,
		async subscribe(service, consumers, from) {
			for (const consumer of consumers) {
				handlers.set(`${service}/${consumer.name}`, { consumer, from });
				running.push(await consume(service, consumer, from));
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
		deadLetters: async () => (await readLetters(manager, names.letters)).map(({ letter }) => letter),
		async replay(id) {
			const entry = (await readLetters(manager, names.letters)).find(({ letter }) => letter.id === id);
			if (!entry) throw fail("not_found");
			const { letter, sequence: at } = entry;
			const handler = handlers.get(`${letter.service}/${letter.consumer}`);
			if (!handler) throw fail("not_found", {}, `This node does not run ${letter.service}; replay on one that does`);
			await handler.consumer.handle({ ...letter.event, attempt: letter.attempts + 1 }, handler.from);
			await manager.streams.deleteMessage(names.letters, at);
		},
		async close() {
			// What the server has sent already is handed back, so that another node need not wait until it counts as lost.
			closing = true;
			await new Promise((resolve) => setTimeout(resolve, 50));
			await Promise.all(running.map((entry) => entry.stop()));
			await drained(connection);
		},
	};
}

async function drained(connection: NatsConnection): Promise<void> {
	if (connection.isClosed()) return;
	const closed = connection.drain().catch(() => connection.close());
	await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2_000))]);
}

async function ensureStreams(
	manager: JetStreamManager,
	namespace: string,
	names: { events: string; letters: string },
): Promise<void> {
	const common = { storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: 1 };
	const streams = [
		{
			...common,
			name: names.events,
			subjects: [`${namespace}.event.>`],
			max_age: nanos(7 * DAY),
			duplicate_window: nanos(120_000),
		},
		{
			...common,
			name: names.letters,
			subjects: [`${namespace}.dead.>`],
			max_age: nanos(90 * DAY),
			duplicate_window: nanos(120_000),
		},
	];
	for (const stream of streams) {
		try {
			await manager.streams.info(stream.name);
		} catch {
			await manager.streams.add(stream);
		}
	}
}

async function ensureConsumer(
	manager: JetStreamManager,
	stream: string,
	durable: string,
	subject: string,
): Promise<void> {
	await manager.consumers.add(stream, {
		durable_name: durable,
		filter_subject: subject,
		deliver_policy: DeliverPolicy.All,
		ack_policy: AckPolicy.Explicit,
		ack_wait: nanos(ACK_WAIT),
		max_ack_pending: 256,
		max_deliver: -1,
	});
}

/** Reads the stream of dead letters as it is now; there are few, and those that were replayed leave gaps. */
async function readLetters(manager: JetStreamManager, stream: string) {
	const { state } = await manager.streams.info(stream);
	const found: { letter: DeadLetter; sequence: number }[] = [];
	for (let seq = state.first_seq; seq <= state.last_seq && found.length < state.messages; seq++) {
		const message = await manager.streams.getMessage(stream, { seq }).catch(() => null);
		if (message) found.push({ letter: message.json<DeadLetter>(), sequence: seq });
	}
	return found;
}
