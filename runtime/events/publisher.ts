import { randomUUID } from "node:crypto";
import { headers, type JetStreamClient, type NatsConnection } from "nats";
import { mailbox, type Outcome } from "../mailbox.ts";

/** Of one batch; the server takes a thousand. */
const MOST = 100;
const PATIENCE = 3_000;
const REPEATED = 10_201;

interface Message {
	subject: string;
	/** Under which the stream drops repeats. */
	id: string;
	body: string;
}

interface Acknowledged {
	error?: { err_code: number; description: string };
}

/**
 * Publishes to one stream. A server that syncs each message acknowledges some thousand a second; what waits while a batch
 * is under way goes as the next one, which is synced once (nats-server 2.12, ADR-50). A batch that repeats a message is
 * refused whole: its messages then go singly, and repeats are dropped.
 */
export function publisher(
	connection: NatsConnection,
	js: JetStreamClient,
	batches: boolean,
): (subject: string, id: string, body: string) => Promise<void> {
	let together = batches;

	const single = ({ subject, id, body }: Message): Promise<Outcome<void>> =>
		js.publish(subject, body, { msgID: id }).then(
			() => ({ ok: true, value: undefined }),
			(error) => ({ ok: false, error }),
		);

	async function batch(messages: Message[]): Promise<void> {
		const batchId = randomUUID();
		const last = messages.length - 1;
		const head = (index: number) => {
			const set = headers();
			set.set("Nats-Msg-Id", (messages[index] as Message).id);
			set.set("Nats-Batch-Id", batchId);
			set.set("Nats-Batch-Sequence", String(index + 1));
			return set;
		};
		for (const [index, { subject, body }] of messages.slice(0, last).entries())
			connection.publish(subject, body, { headers: head(index) });
		const commit = head(last);
		commit.set("Nats-Batch-Commit", "1");
		const { subject, body } = messages[last] as Message;
		const reply = await connection.request(subject, body, { headers: commit, timeout: PATIENCE });
		const { error } = reply.json<Acknowledged>();
		if (!error) return;
		if (error.err_code !== REPEATED) together = false;
		throw new Error(error.description);
	}

	const box = mailbox<Message, void>(async (_key, messages) => {
		if (together && messages.length > 1) {
			try {
				await batch(messages);
				return messages.map(() => ({ ok: true, value: undefined }));
			} catch {
				// Each of them tells what is wrong with it.
			}
		}
		return Promise.all(messages.map(single));
	}, MOST);

	return (subject, id, body) => box.post("", { subject, id, body });
}
