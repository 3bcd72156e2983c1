import {
	AckPolicy,
	DeliverPolicy,
	DiscardPolicy,
	type JetStreamManager,
	NatsError,
	nanos,
	RetentionPolicy,
	StorageType,
	type StreamConfig,
	type StreamInfo,
} from "nats";
import { ConfigurationError } from "../config.ts";

const DAY = 86_400_000;
const STREAM_NOT_FOUND = 10_059;

/** How long a consumer has a message before it is delivered again, unless it says that it works on it. Milliseconds. */
export const ACK_WAIT = 30_000;

/** The names of a shop's streams and subjects on NATS. */
export interface Names {
	events: string;
	letters: string;
	subject(event: string): string;
	/** `*` stands for any. */
	letter(service: string, consumer: string, id: string): string;
	all: { events: string; letters: string };
}

export function namesIn(namespace: string): Names {
	return {
		events: `${namespace}_EVENTS`,
		letters: `${namespace}_DEAD_LETTERS`,
		subject: (event) => `${namespace}.event.${event}`,
		letter: (service, consumer, id) => `${namespace}.dead.${service}.${consumer}.${id}`,
		all: { events: `${namespace}.event.>`, letters: `${namespace}.dead.>` },
	};
}

/** Atomic batches of nats-server 2.12, which the client's types do not know yet. */
type Config = Partial<StreamConfig> & { allow_atomic?: boolean };

/**
 * Makes the streams, or sets those that are there right: on disk, repeats within two minutes dropped, events kept seven
 * days and dead letters ninety. Where a limit is reached, of the account or of the disk, what comes is refused and waits
 * in its outbox; what is there is not thrown away. Replicas and limits of size belong to who runs the server.
 * @returns when the stream of events was made: another time than before says that it was lost
 * @throws ConfigurationError for a stream that cannot be set right
 */
export async function ensureStreams(manager: JetStreamManager, names: Names, batches: boolean): Promise<string> {
	const common = {
		storage: StorageType.File,
		retention: RetentionPolicy.Limits,
		discard: DiscardPolicy.New,
		duplicate_window: nanos(120_000),
	};
	const { created } = await ensure(manager, {
		...common,
		name: names.events,
		subjects: [names.all.events],
		max_age: nanos(7 * DAY),
		...(batches ? { allow_atomic: true } : {}),
	});
	// A letter that is written again takes the place of the one before.
	await ensure(manager, {
		...common,
		name: names.letters,
		subjects: [names.all.letters],
		max_age: nanos(90 * DAY),
		max_msgs_per_subject: 1,
	});
	return created;
}

async function ensure(manager: JetStreamManager, wanted: Config & { name: string }): Promise<StreamInfo> {
	let found: StreamInfo;
	try {
		found = await manager.streams.info(wanted.name);
	} catch (error) {
		if (!(error instanceof NatsError) || error.api_error?.err_code !== STREAM_NOT_FOUND) throw error;
		return permitted(wanted.name, manager.streams.add({ ...wanted, num_replicas: 1 }));
	}
	const present: Config = found.config;
	const keys = Object.keys(wanted) as (keyof Config)[];
	const differing = keys.filter((key) => JSON.stringify(present[key]) !== JSON.stringify(wanted[key]));
	if (differing.length === 0) return found;
	const fixed = differing.filter((key) => key === "storage" || key === "retention");
	if (fixed.length > 0)
		throw new ConfigurationError(
			`The stream ${wanted.name} on NATS_URL has ${fixed.map((key) => `${key} ${present[key]}`).join(" and ")}, which would lose events and cannot be changed: let it be handled, remove it with nats stream rm ${wanted.name}, and start again`,
		);
	return permitted(
		wanted.name,
		manager.streams.update(wanted.name, { ...present, ...wanted } as Partial<StreamConfig>),
	);
}

/** The users of services may not make or change a stream. */
async function permitted(stream: string, done: Promise<StreamInfo>): Promise<StreamInfo> {
	try {
		return await done;
	} catch (error) {
		if (!(error instanceof NatsError) || !error.isPermissionError()) throw error;
		throw new ConfigurationError(
			`The stream ${stream} on NATS_URL is not as it should be, and this user may not change it: npm run nats:streams makes the streams`,
		);
	}
}

/** Makes the durable consumer of a handler, or finds it as it is. */
export async function ensureConsumer(
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
