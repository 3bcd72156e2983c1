import { hash, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { fail } from "../../runtime/errors.ts";
import type { UserState } from "./domain.ts";
import { seal, unseal } from "./secret.ts";

/** A second factor: the secret that an authenticator app shares, and codes for when it is lost. */
export interface MfaState {
	/** Sealed. */
	secret: string;
	begunAt: string;
	/** Since when logins ask for it; null until a code has shown that the person's app has the secret. */
	since: string | null;
	/** The time step of the last code that was used: neither it nor an earlier one works again. */
	step: number;
	/** SHA-256 of those that were not used yet. */
	recoveryCodes: string[];
}

/** What a person shows for the second factor. */
export type Factor = { code: string } | { recoveryCode: string };

/** RFC 6238 as the apps have it: SHA-1, six digits, 30 s; one step of clock skew either way. */
const TOTP_OF = { algorithm: "SHA1", digits: 6, period: 30 };
const SKEW = 1;
/** A secret that nobody confirms is forgotten. Milliseconds. */
const PATIENCE = 900_000;
const CODES = 10;
/** Bytes of a recovery code: 80 bits are beyond guessing, also for who has the hashes. */
const CODE_BYTES = 10;

export const newSecret = (): Buffer => randomBytes(20);

/** What an app takes up: the secret in base32, and as a URI for a QR code. */
export function enrolment(secret: Buffer, email: string): { secret: string; uri: string } {
	const totp = new TOTP({ ...TOTP_OF, issuer: "Tradewind", label: email, secret: secretOf(secret) });
	return { secret: totp.secret.base32, uri: totp.toString() };
}

export const asksForFactor = (user: Pick<UserState, "mfa">): boolean => user.mfa?.since != null;

/** @throws transition_not_allowed while another secret is asked for */
export function begunMfa(user: UserState, secret: Buffer, now: Date): UserState {
	if (asksForFactor(user)) throw fail("transition_not_allowed", {}, "A second factor is asked for already");
	const sealed = seal(secret, sealOf(user));
	return { ...user, mfa: { secret: sealed, begunAt: now.toISOString(), since: null, step: 0, recoveryCodes: [] } };
}

/** From now on logins ask for the factor. @throws transition_not_allowed without a recent secret, invalid_code */
export function confirmedMfa(user: UserState, code: string, recoveryCodes: string[], now: Date): UserState {
	const { mfa } = user;
	if (!mfa || mfa.since !== null || Date.parse(mfa.begunAt) + PATIENCE < now.getTime())
		throw fail("transition_not_allowed", {}, "Begin again: there is no secret that waits for a code");
	const step = stepOf(user, mfa, code, now);
	const since = now.toISOString();
	return { ...user, mfa: { ...mfa, since, step, recoveryCodes: recoveryCodes.map(hashOfCode) }, updatedAt: since };
}

/** The account after a factor was shown, which does not work again. @throws transition_not_allowed, invalid_code */
export function shown(user: UserState, factor: Factor, now: Date): UserState {
	const mfa = enabledMfa(user);
	if ("code" in factor) return { ...user, mfa: { ...mfa, step: stepOf(user, mfa, factor.code, now) } };
	const used = hashOfCode(factor.recoveryCode);
	if (!mfa.recoveryCodes.includes(used)) throw fail("invalid_code");
	return { ...user, mfa: { ...mfa, recoveryCodes: mfa.recoveryCodes.filter((one) => one !== used) } };
}

export function withRecoveryCodes(user: UserState, codes: string[]): UserState {
	return { ...user, mfa: { ...enabledMfa(user), recoveryCodes: codes.map(hashOfCode) } };
}

export const withoutMfa = (user: UserState): UserState => ({ ...user, mfa: null });

/** Somebody lost their factor: who has it is signed out with everybody else. @throws transition_not_allowed */
export function lostMfa(user: UserState, now: Date): UserState {
	enabledMfa(user);
	return { ...withoutMfa(user), sessions: [], updatedAt: now.toISOString() };
}

export const newRecoveryCodes = (): string[] =>
	Array.from({ length: CODES }, () => {
		const text = new Secret({ buffer: Uint8Array.from(randomBytes(CODE_BYTES)).buffer }).base32.toLowerCase();
		return (text.match(/.{4}/g) as string[]).join("-");
	});

function enabledMfa(user: UserState): MfaState {
	if (!asksForFactor(user)) throw fail("transition_not_allowed", {}, "There is no second factor");
	return user.mfa as MfaState;
}

/** The time step that a code is of. @throws invalid_code, also for one that was used */
function stepOf(user: UserState, mfa: MfaState, code: string, now: Date): number {
	const secret = unseal(mfa.secret, sealOf(user));
	const timestamp = now.getTime();
	const delta = secret && TOTP.validate({ ...TOTP_OF, token: code, secret: secretOf(secret), timestamp, window: SKEW });
	if (delta === null) throw fail("invalid_code");
	const step = TOTP.counter({ period: TOTP_OF.period, timestamp }) + delta;
	if (step <= mfa.step) throw fail("invalid_code");
	return step;
}

const sealOf = ({ id }: Pick<UserState, "id">) => `totp ${id}`;
const secretOf = (bytes: Buffer) => new Secret({ buffer: Uint8Array.from(bytes).buffer });
/** However it was typed. */
const hashOfCode = (code: string) => hash("sha256", code.toLowerCase().replace(/[^a-z2-7]/g, ""), "base64url");
