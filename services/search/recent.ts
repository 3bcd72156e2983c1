import { LRUCache } from "lru-cache";

/** What many ask within half a second is asked of the index once. A change that this node writes ends it at once. */
const TTL = 500;
const MOST = 200;

const answers = new LRUCache<string, Promise<unknown>>({ max: MOST, ttl: TTL });

/** The answer that was given to the same question a moment ago, or is under way. Nobody may change it. */
export function recently<R>(question: unknown, answer: () => Promise<R>): Promise<R> {
	const key = JSON.stringify(question);
	const known = answers.get(key);
	// Not in this very turn: who asks in a loop would keep everything else waiting.
	if (known) return new Promise((resolve) => setImmediate(() => resolve(known as Promise<R>)));
	const given = answer();
	answers.set(key, given);
	given.catch(() => answers.delete(key));
	return given;
}

export function forgetAnswers(): void {
	answers.clear();
}
