import { hash, randomUUID } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import { setting } from "../../runtime/config.ts";
import { codeOf, fail } from "../../runtime/errors.ts";
import { log } from "../../runtime/log.ts";
import { every, type Periodic } from "../../runtime/periodic.ts";
import type { Host } from "../../runtime/service.ts";
import type { UserState } from "./domain.ts";
import { KeyRing } from "./key-ring.ts";
import { keyRings } from "./model.ts";
import { LAG } from "./signing-keys.ts";

/** Seconds. */
export const ACCESS_LIFE = 300;
const MFA_LIFE = 300;

/** The only algorithm that is made or accepted: Ed25519 (RFC 8037). */
const ALGORITHM = "EdDSA";

/** How often the keys are read anew, so that every node hears of a rotation. Milliseconds. */
const LOOK = 3_000;

/** Links in mails: what each is for, how many seconds it holds, and the state of the account that it is bound to. */
const LINKS = {
	"verify-email": { life: 86_400, boundTo: ({ email }: UserState) => hash("sha256", email, "base64url") },
	"change-email": {
		life: 3_600,
		boundTo: ({ email, newEmail, passwordVersion }: UserState) =>
			hash("sha256", `${email}\n${newEmail}\n${passwordVersion}`, "base64url"),
	},
	"reset-password": { life: 3_600, boundTo: ({ passwordVersion }: UserState) => String(passwordVersion) },
};
export type Purpose = keyof typeof LINKS;

interface Access {
	userId: string;
	sessionId: string;
	/** Milliseconds. */
	expiresAt: number;
}

const verified = new LRUCache<string, Access>({ max: 10_000 });

/** This node's keys. */
export const ring = new KeyRing(keyRings, () => verified.clear());
let watch: Periodic | undefined;

/** Reads the keys that sign tokens, or makes the first. @throws ConfigurationError without TOKEN_SECRET */
export async function openKeys({ sole }: Pick<Host, "sole">): Promise<void> {
	await ring.open();
	if (sole) return;
	watch = every(
		LOOK,
		() => ring.look(),
		(error) => log(setting("LOG_LEVEL")).warn({ err: error }, "the signing keys could not be read anew"),
	);
}

export const closeKeys = (): Promise<void> | undefined => watch?.stop();

export function accessToken(userId: string, sessionId: string): Promise<string> {
	return signed({ sid: sessionId }, ACCESS, userId);
}

/** @throws invalid_token for whatever this shop did not sign as an access token, or what is over */
export async function readAccessToken(token: string): Promise<Access> {
	const known = verified.get(token);
	if (known) {
		if (known.expiresAt > Date.now()) return known;
		throw fail("invalid_token");
	}
	const payload = await claimsOf(token, ACCESS);
	if (typeof payload?.sub !== "string" || typeof payload.sid !== "string") throw fail("invalid_token");
	const access = { userId: payload.sub, sessionId: payload.sid, expiresAt: (payload.exp as number) * 1_000 };
	verified.set(token, access);
	return access;
}

/** A token for a mailed link; it is void once the account leaves the state that it is bound to. */
export function linkToken(purpose: Purpose, user: UserState): Promise<string> {
	return signed({ bound: LINKS[purpose].boundTo(user) }, link(purpose), user.id);
}

/** @throws token_expired unless it is a token of one of these purposes that still holds */
export async function readLinkToken<P extends Purpose>(
	purposes: readonly P[],
	token: string,
): Promise<{ purpose: P; userId: string; bound: string }> {
	for (const purpose of purposes) {
		const payload = await claimsOf(token, link(purpose));
		if (typeof payload?.sub === "string" && typeof payload.bound === "string")
			return { purpose, userId: payload.sub, bound: payload.bound };
	}
	throw fail("token_expired");
}

/** Whether an account is still as it was when the link was mailed. */
export const isBoundTo = (purpose: Purpose, user: UserState, bound: string) => LINKS[purpose].boundTo(user) === bound;

/** What proves that the password was right, for as long as the second factor is waited for; it opens one session. */
export const mfaToken = ({ id, passwordVersion }: UserState): Promise<string> =>
	signed({ bound: String(passwordVersion) }, MFA, id);

/** @throws invalid_token unless it is such a token that still holds; `jti` is for who remembers those that were used */
export async function readMfaToken(
	token: string,
): Promise<{ userId: string; passwordVersion: number; jti: string; expiresAt: Date }> {
	const payload = await claimsOf(token, MFA);
	if (typeof payload?.sub !== "string" || typeof payload.bound !== "string") throw fail("invalid_token");
	const { sub: userId, bound, jti, exp } = payload as Required<JWTPayload> & { bound: string };
	return { userId, passwordVersion: Number(bound), jti, expiresAt: new Date(exp * 1_000) };
}

interface Kind {
	typ: string;
	audience: string;
	/** Seconds. */
	life: number;
}
const ACCESS: Kind = { typ: "at+jwt", audience: "api", life: ACCESS_LIFE };
const MFA: Kind = { typ: "mfa+jwt", audience: "mfa", life: MFA_LIFE };
const link = (purpose: Purpose): Kind => ({ typ: "link+jwt", audience: purpose, life: LINKS[purpose].life });

function signed(claims: JWTPayload, { typ, audience, life }: Kind, subject: string): Promise<string> {
	const now = Math.floor(Date.now() / 1_000);
	const { kid, sign } = ring.signing;
	return new SignJWT(claims)
		.setProtectedHeader({ alg: ALGORITHM, typ, kid })
		.setIssuer(setting("NAMESPACE"))
		.setAudience(audience)
		.setSubject(subject)
		.setJti(randomUUID())
		.setIssuedAt(now)
		.setExpirationTime(now + life)
		.sign(sign);
}

/** What a token says, if this shop made it of this kind and it still holds; otherwise null. @throws unavailable */
const claimsOf = (token: string, kind: Kind): Promise<JWTPayload | null> =>
	checked(token, kind).catch((error) => {
		if (codeOf(error) === "unavailable") throw error;
		return null;
	});

/** Of the header's words on keys only `kid` counts, and only as a name among this shop's own. */
async function checked(token: string, { typ, audience, life }: Kind): Promise<JWTPayload> {
	let retiredAt: string | null = null;
	const key = async ({ kid }: { kid?: string }) => {
		const found = await ring.find(kid);
		if (!found) throw fail("invalid_token");
		({ retiredAt } = found);
		return found.verify;
	};
	const { payload } = await jwtVerify(token, key, {
		algorithms: [ALGORITHM],
		typ,
		issuer: setting("NAMESPACE"),
		audience,
		maxTokenAge: life,
		requiredClaims: ["sub", "exp", "jti"],
	});
	// A key that leaked and was retired signs nothing that is taken, but what it may have signed before.
	if (retiredAt !== null && (payload.iat as number) * 1_000 > Date.parse(retiredAt) + LAG) throw fail("invalid_token");
	return payload;
}
