import { connect, type NatsConnection, NatsError } from "nats";

const STREAM_NOT_FOUND = 10_059;

/** Reads streams of NATS as they are, without a trace in them. */
export class Streams {
	readonly #url: string;
	#connection: NatsConnection | undefined;

	constructor(url: string) {
		this.#url = url;
	}

	/** All messages on a subject, the oldest first; none where there is no such stream. */
	async read<T>(stream: string, subject: string): Promise<T[]> {
		this.#connection ??= await connect({
			servers: new URL(this.#url).host,
			maxReconnectAttempts: -1,
			reconnectTimeWait: 100,
		});
		try {
			return await messagesOf<T>(this.#connection, stream, subject);
		} catch (error) {
			if (error instanceof NatsError && error.api_error?.err_code === STREAM_NOT_FOUND) return [];
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.#connection?.close();
	}
}

async function messagesOf<T>(connection: NatsConnection, stream: string, subject: string): Promise<T[]> {
	const consumer = await connection.jetstream().consumers.get(stream, { filterSubjects: [subject] });
	const count = (await consumer.info()).num_pending;
	const found: T[] = [];
	if (count === 0) return found;
	for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
		found.push(message.json<T>());
		if (found.length === count) break;
	}
	return found;
}
