import type { JetStreamClient, JetStreamManager, NatsError, StoredMsg } from "nats";
import { type DeadLetter, LETTERS_A_PAGE, type LetterPage, type LetterQuery } from "./letter.ts";
import type { Names } from "./streams.ts";

/** Dead letters on their stream: one subject each, so that one is found and replaced without a look at the others. */
export function streamLetters(js: JetStreamClient, manager: JetStreamManager, names: Names) {
	/** A message of the stream, or null where there is none. @throws when the server does not answer */
	async function read(
		query: { last_by_subj: string } | { seq: number; next_by_subj: string },
	): Promise<StoredMsg | null> {
		try {
			return await manager.streams.getMessage(names.letters, query as { last_by_subj: string });
		} catch (error) {
			if ((error as NatsError).api_error?.code === 404) return null;
			throw error;
		}
	}

	return {
		/** Resolves when the letter is stored. */
		async put(letter: DeadLetter): Promise<void> {
			await js.publish(names.letter(letter.service, letter.consumer, letter.id), JSON.stringify(letter));
		},
		async list({ service = "*", limit = LETTERS_A_PAGE, after }: LetterQuery): Promise<LetterPage> {
			const letters: DeadLetter[] = [];
			let last = Number(after ?? 0);
			const next_by_subj = names.letter(service, "*", "*");
			for (;;) {
				const message = await read({ seq: last + 1, next_by_subj });
				if (!message) return { letters, next: null };
				if (letters.length === limit) return { letters, next: String(last) };
				letters.push(message.json<DeadLetter>());
				last = message.seq;
			}
		},
		async get(id: string): Promise<DeadLetter | null> {
			if (!/^\w+$/.test(id)) return null;
			return (await read({ last_by_subj: names.letter("*", "*", id) }))?.json<DeadLetter>() ?? null;
		},
		async remove({ service, consumer, id }: DeadLetter): Promise<void> {
			await manager.streams.purge(names.letters, { filter: names.letter(service, consumer, id) });
		},
	};
}
