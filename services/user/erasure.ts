/** The erasure of a person: asked of every service until nothing is left. The id is the person's; it stays as the proof. */
export interface Erasure {
	id: string;
	rev: number;
	/** SHA-256 of the address; forgotten when the erasure is done. */
	addressHash: string | null;
	verified: boolean;
	/** RFC 3339 */
	askedAt: string;
	/** Since when nothing was found any more. */
	quietSince: string | null;
	doneAt: string | null;
	/** What the last round left: services that did not answer, and how much of each is still needed. */
	left: Record<string, number | "no answer">;
	/** Rounds since something was last erased. */
	idleRounds: number;
	/** When the next round begins; null when it is done. */
	nextAttemptAt: string | null;
}

/** One service's answer; null when there was none. */
export type Answers = Record<string, { erased: number; waiting: number } | null>;

/** Longer than any request or event that was under way when the account went may go on and write something. */
export const QUIET_FOR = 60_000;
/** How long one node has a round to itself. */
export const ROUND = 60_000;
const LONGEST_DELAY = 3_600_000;

export const begun = (id: string, addressHash: string, verified: boolean, now: Date): Omit<Erasure, "rev"> => ({
	id,
	addressHash,
	verified,
	askedAt: now.toISOString(),
	quietSince: null,
	doneAt: null,
	left: {},
	idleRounds: 0,
	// The event of the erasure begins with it at once.
	nextAttemptAt: new Date(now.getTime() + 2_000).toISOString(),
});

/** The erasure after a round: done when nothing was left, and a minute later still nothing was. */
export function afterRound(erasure: Erasure, answers: Answers, now: Date): Erasure {
	if (erasure.doneAt) return erasure;
	const at = now.toISOString();
	const later = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
	const all = Object.entries(answers);
	const left: Erasure["left"] = {};
	for (const [service, answer] of all) {
		if (!answer) left[service] = "no answer";
		else if (answer.waiting > 0) left[service] = answer.waiting;
	}
	const found = all.some(([, answer]) => (answer?.erased ?? 0) > 0);
	if (!found && Object.keys(left).length === 0) {
		const { quietSince } = erasure;
		if (quietSince === null) return { ...erasure, left, quietSince: at, nextAttemptAt: later(QUIET_FOR) };
		const rest = Date.parse(quietSince) + QUIET_FOR - now.getTime();
		if (rest > 0) return { ...erasure, left, nextAttemptAt: later(rest) };
		return { ...erasure, left, addressHash: null, doneAt: at, nextAttemptAt: null };
	}
	const idleRounds = found ? 0 : erasure.idleRounds + 1;
	const delay = Math.min(LONGEST_DELAY, 1_000 * 2 ** idleRounds);
	return { ...erasure, left, idleRounds, quietSince: null, nextAttemptAt: later(delay) };
}
