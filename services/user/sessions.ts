import type { UserState } from "./domain.ts";
import type { RefreshToken } from "./refresh-tokens.ts";

/** One sign-in and the refresh tokens that follow from it: the family. */
export interface SessionState {
	id: string;
	/** SHA-256 of the secret that all tokens of the family share. */
	family: string;
	/** SHA-256 of the one token that may be used next. */
	token: string;
	createdAt: string;
	expiresAt: string;
}

const DAYS_30 = 30 * 86_400_000;
const MOST_SESSIONS = 50;

/** Signs in; sessions that are over are dropped, and beyond fifty the oldest end. */
export function withSession<U extends Omit<UserState, "rev">>(
	user: U,
	session: Omit<SessionState, "createdAt" | "expiresAt">,
	now: Date,
): U {
	const opened: SessionState = { ...session, createdAt: now.toISOString(), expiresAt: expiry(now) };
	return { ...user, sessions: [...alive(user, now), opened].slice(-MOST_SESSIONS) };
}

export function withoutSession(user: UserState, id: string): UserState {
	const sessions = user.sessions.filter((session) => session.id !== id);
	return sessions.length === user.sessions.length ? user : { ...user, sessions };
}

export interface Turn {
	outcome: "rotated" | "reused" | "unknown";
	state: UserState;
}

/**
 * Uses a refresh token. `reused`: it belongs to the family but was used before, so somebody has a copy and the session ends.
 * `unknown`: no such session, or the token never was of its family; nothing changes.
 */
export function rotate(user: UserState, given: RefreshToken, next: RefreshToken, now: Date): Turn {
	const session = alive(user, now).find(({ id }) => id === given.sessionId);
	if (!session || user.disabled || session.family !== given.family) return { outcome: "unknown", state: user };
	if (session.token !== given.hash) return { outcome: "reused", state: withoutSession(user, session.id) };
	const rotated = { ...session, token: next.hash, expiresAt: expiry(now) };
	return {
		outcome: "rotated",
		state: { ...user, sessions: alive(user, now).map((entry) => (entry === session ? rotated : entry)) },
	};
}

const expiry = (now: Date) => new Date(now.getTime() + DAYS_30).toISOString();

function alive({ sessions }: Pick<UserState, "sessions">, now: Date): SessionState[] {
	const at = now.toISOString();
	return sessions.filter(({ expiresAt }) => expiresAt > at);
}
