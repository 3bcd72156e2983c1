import { fail } from "../../runtime/errors.ts";

/** Wrong passwords for one account. Counted by client, so that nobody locks another out, and over all of them. */
export interface AttemptsState {
	/** SHA-256 of the address: unknown ones are counted alike. */
	id: string;
	rev: number;
	clients: { client: string; failures: number; until: number }[];
	/** Milliseconds until which every client is refused. */
	until: number;
	expiresAt: Date;
}

export const CLIENT_LIMIT = 10;
export const ACCOUNT_LIMIT = 100;
const FIRST_DELAY = 30_000;
const LONGEST_DELAY = 900_000;
const KEEP = 86_400_000;

export const noAttempts = (id: string): AttemptsState => ({
	id,
	rev: 0,
	clients: [],
	until: 0,
	expiresAt: new Date(0),
});

/**
 * Counts an attempt before its password is looked at, so that many at once are counted too; `forgiven` takes a right one back.
 * @throws too_many_requests `{ retryAfter }` in seconds, doubling with every further failure
 */
export function attempted(state: AttemptsState, client: string, now: number): AttemptsState {
	const known = state.clients.find((entry) => entry.client === client);
	const until = Math.max(state.until, known?.until ?? 0);
	if (until > now) throw fail("too_many_requests", { retryAfter: Math.ceil((until - now) / 1_000) });
	const failures = (known?.failures ?? 0) + 1;
	const counted = { client, failures, until: now + delayAfter(failures, CLIENT_LIMIT) };
	const clients = [...state.clients.filter((entry) => entry !== known), counted].slice(-ACCOUNT_LIMIT);
	const total = clients.reduce((sum, entry) => sum + entry.failures, 0);
	return { ...state, clients, until: now + delayAfter(total, ACCOUNT_LIMIT), expiresAt: new Date(now + KEEP) };
}

export function forgiven(state: AttemptsState, client: string): AttemptsState {
	return { ...state, clients: state.clients.filter((entry) => entry.client !== client), until: 0 };
}

function delayAfter(failures: number, limit: number): number {
	return failures < limit ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - limit));
}
