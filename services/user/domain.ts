import { fail } from "../../runtime/errors.ts";
import { type Decision, type Fact, fact } from "../../runtime/store/aggregate.ts";
import { emailChangeAsked } from "../../schemas/email.ts";
import {
	type CredentialChange,
	credentialsChanged,
	emailVerified,
	passwordForgotten,
	verificationAsked,
} from "../../schemas/events.ts";
import type { Account, User } from "../../schemas/user.ts";
import type { MfaState } from "./mfa.ts";
import type { PasskeyState } from "./passkeys.ts";
import type { HasRole } from "./roles.ts";
import type { SessionState } from "./sessions.ts";
import type { Spent } from "./spent.ts";

/** A person with an account. Sessions lie in the same document, so that what ends them and what they depend on is one change. */
export interface UserState extends HasRole {
	id: string;
	rev: number;
	/** Lower case. */
	email: string;
	name: string;
	phone: string | null;
	/** PHC string of argon2id. */
	passwordHash: string;
	/** Counts passwords; a mailed link holds for one of them. */
	passwordVersion: number;
	emailVerified: boolean;
	disabled: boolean;
	sessions: SessionState[];
	/** The second factor, if one was ever begun. */
	mfa?: MfaState | null;
	passkeys?: PasskeyState[];
	/** What was answered once and must not be answered again. */
	spent?: Spent[];
	/** When links to set a password were asked for, within the last hour. */
	linksAsked: string[];
	/** The address that is to be theirs once it is proven. */
	newEmail?: string | null;
	/** When links to verify the address were asked for. */
	verificationsAsked?: string[];
	createdAt: string;
	updatedAt: string;
}

const LINKS_AN_HOUR = 5;
const HOUR = 3_600_000;

export function account(
	fields: Pick<UserState, "id" | "email" | "name" | "passwordHash" | "emailVerified" | "role">,
	now: Date,
): Omit<UserState, "rev"> {
	const at = now.toISOString();
	return {
		...fields,
		phone: null,
		passwordVersion: 1,
		disabled: false,
		sessions: [],
		linksAsked: [],
		createdAt: at,
		updatedAt: at,
	};
}

/** The same profile for its owner and in every session. */
export function profile({ id, email, name, phone, emailVerified, role, createdAt, rev }: UserState): User {
	return { id, email, name, phone, emailVerified, role, createdAt, version: rev };
}

export const accountView = (user: UserState): Account => ({ ...profile(user), disabled: user.disabled });

/** The address is proven. @throws token_expired when it was before: a link works once */
export function verified(user: UserState, now: Date): Decision<UserState> {
	if (user.emailVerified) throw fail("token_expired");
	return {
		state: { ...user, emailVerified: true, updatedAt: now.toISOString() },
		facts: [fact(emailVerified, { userId: user.id })],
	};
}

/** At most a handful of links an hour, so that nobody floods another's mailbox; one more changes nothing. */
export function forgotten(user: UserState, now: Date): Decision<UserState> {
	const linksAsked = user.disabled ? null : oneMore(user.linksAsked, now);
	if (!linksAsked) return { state: user };
	return { state: { ...user, linksAsked }, facts: [fact(passwordForgotten, { userId: user.id })] };
}

/** Another mail that verifies the address, unless it is. @throws too_many_requests `{ retryAfter }` after a handful an hour */
export function verificationAskedFor(user: UserState, now: Date): Decision<UserState> {
	if (user.emailVerified) return { state: user };
	const verificationsAsked = askedAgain(user, now);
	return { state: { ...user, verificationsAsked }, facts: [fact(verificationAsked, { userId: user.id })] };
}

/** Another address waits for its proof. @throws too_many_requests `{ retryAfter }` after a handful an hour */
export function emailChangeAskedFor(user: UserState, email: string, now: Date): Decision<UserState> {
	const verificationsAsked = askedAgain(user, now);
	return {
		state: { ...user, newEmail: email, verificationsAsked },
		facts: [fact(emailChangeAsked, { userId: user.id })],
	};
}

/** The address that waited is proven. What was mailed to the former one is void; sessions go on. @throws token_expired */
export function emailChanged(user: UserState, now: Date): Decision<UserState> {
	if (!user.newEmail) throw fail("token_expired");
	const passwordVersion = user.passwordVersion + 1;
	const state = { ...user, email: user.newEmail, newEmail: null, emailVerified: true, passwordVersion };
	return {
		state: { ...state, linksAsked: [], updatedAt: now.toISOString() },
		facts: [fact(emailVerified, { userId: user.id })],
	};
}

function askedAgain({ verificationsAsked: before = [] }: UserState, now: Date): string[] {
	const asked = oneMore(before, now);
	if (asked) return asked;
	const oldest = Date.parse(before.at(-LINKS_AN_HOUR) as string);
	throw fail("too_many_requests", { retryAfter: Math.ceil((oldest + HOUR - now.getTime()) / 1_000) });
}

/** The times of the last hour and this one; null when there were as many as may be. */
function oneMore(asked: string[], now: Date): string[] | null {
	const since = new Date(now.getTime() - HOUR).toISOString();
	const recent = asked.filter((at) => at > since);
	return recent.length >= LINKS_AN_HOUR ? null : [...recent, now.toISOString()];
}

/** A change of how somebody signs in, of which they hear. */
export const told = (state: UserState, change: CredentialChange): Required<Decision<UserState>> => ({
	state,
	facts: [fact(credentialsChanged, { userId: state.id, change })],
});

/** Another password: sessions but the one that is kept end, links mailed before are void, and no other address waits. */
export function withPassword(user: UserState, passwordHash: string, keep: string | null, now: Date): UserState {
	return {
		...user,
		passwordHash,
		passwordVersion: user.passwordVersion + 1,
		sessions: user.sessions.filter(({ id }) => id === keep),
		newEmail: null,
		linksAsked: [],
		updatedAt: now.toISOString(),
	};
}

/**
 * A password set by a mailed link, which proves the address too.
 * @throws token_expired when the link was mailed for another password
 */
export function reset(user: UserState, passwordVersion: number, hash: string, now: Date): Decision<UserState> {
	if (user.disabled || user.passwordVersion !== passwordVersion) throw fail("token_expired");
	const proven: Fact[] = user.emailVerified ? [] : [fact(emailVerified, { userId: user.id })];
	const { state, facts } = told({ ...withPassword(user, hash, null, now), emailVerified: true }, "password_changed");
	return { state, facts: [...facts, ...proven] };
}

/** What staff may change. A disabled account has no sessions. */
export function administered(user: UserState, change: Partial<HasRole> & { disabled?: boolean }, now: Date): UserState {
	const next = { role: user.role, roleKey: user.roleKey ?? null, disabled: user.disabled, ...change };
	const same = next.role === user.role && next.roleKey === (user.roleKey ?? null) && next.disabled === user.disabled;
	if (same) return user;
	return { ...user, ...next, sessions: next.disabled ? [] : user.sessions, updatedAt: now.toISOString() };
}
