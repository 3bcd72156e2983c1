import { createPrivateKey, createPublicKey, hash, hkdfSync, type KeyObject, randomUUID } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import { ConfigurationError, setting } from "../../runtime/config.ts";
import { fail } from "../../runtime/errors.ts";
import type { UserState } from "./domain.ts";

/** Seconds. */
export const ACCESS_LIFE = 300;

/** The only algorithm that is made or accepted: Ed25519 (RFC 8037). */
const ALGORITHM = "EdDSA";
/** Everything of a PKCS #8 Ed25519 key before its 32 bytes of seed (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Links in mails: what each is for, how many seconds it holds, and the state of the account that it is bound to. */
const LINKS = {
	"verify-email": { life: 86_400, boundTo: ({ email }: UserState) => hash("sha256", email, "base64url") },
	"reset-password": { life: 3_600, boundTo: ({ passwordVersion }: UserState) => String(passwordVersion) },
};
export type Purpose = keyof typeof LINKS;

interface Access {
	userId: string;
	sessionId: string;
	/** Milliseconds. */
	expiresAt: number;
}

let keys: { sign: KeyObject; verify: KeyObject; issuer: string } | undefined;
const verified = new LRUCache<string, Access>({ max: 10_000 });

/** Derives the key pair from TOKEN_SECRET, so that every node has the same without storing it. @throws ConfigurationError */
export function openKeys(): void {
	const secret = setting("TOKEN_SECRET");
	if (!secret) throw new ConfigurationError("TOKEN_SECRET must be set: the keys that sign tokens are derived from it");
	const issuer = setting("NAMESPACE");
	const seed = Buffer.from(hkdfSync("sha256", secret, issuer, "tradewind Ed25519 tokens", 32));
	const sign = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
	keys = { sign, verify: createPublicKey(sign), issuer };
	verified.clear();
}

export function accessToken(userId: string, sessionId: string): Promise<string> {
	return signed({ sid: sessionId }, "at+jwt", "api", userId, ACCESS_LIFE);
}

/** @throws invalid_token for whatever this shop did not sign as an access token, or what is over */
export async function readAccessToken(token: string): Promise<Access> {
	const known = verified.get(token);
	if (known) {
		if (known.expiresAt > Date.now()) return known;
		throw fail("invalid_token");
	}
	const payload = await checked(token, "at+jwt", "api").catch(() => null);
	if (typeof payload?.sub !== "string" || typeof payload.sid !== "string") throw fail("invalid_token");
	const access = { userId: payload.sub, sessionId: payload.sid, expiresAt: (payload.exp as number) * 1_000 };
	verified.set(token, access);
	return access;
}

/** A token for a mailed link; it is void once the account leaves the state that it is bound to. */
export function linkToken(purpose: Purpose, user: UserState): Promise<string> {
	const { life, boundTo } = LINKS[purpose];
	return signed({ bound: boundTo(user) }, "link+jwt", purpose, user.id, life);
}

/** @throws token_expired unless it is a token of this purpose that still holds */
export async function readLinkToken(purpose: Purpose, token: string): Promise<{ userId: string; bound: string }> {
	const payload = await checked(token, "link+jwt", purpose).catch(() => null);
	if (typeof payload?.sub !== "string" || typeof payload.bound !== "string") throw fail("token_expired");
	return { userId: payload.sub, bound: payload.bound };
}

/** Whether an account is still as it was when the link was mailed. */
export const isBoundTo = (purpose: Purpose, user: UserState, bound: string) => LINKS[purpose].boundTo(user) === bound;

function signed(claims: JWTPayload, typ: string, audience: string, subject: string, life: number): Promise<string> {
	const now = Math.floor(Date.now() / 1_000);
	return new SignJWT(claims)
		.setProtectedHeader({ alg: ALGORITHM, typ })
		.setIssuer(open().issuer)
		.setAudience(audience)
		.setSubject(subject)
		.setJti(randomUUID())
		.setIssuedAt(now)
		.setExpirationTime(now + life)
		.sign(open().sign);
}

async function checked(token: string, typ: string, audience: string): Promise<JWTPayload> {
	const { verify, issuer } = open();
	const requiredClaims = ["sub", "exp", "jti"];
	return (await jwtVerify(token, verify, { algorithms: [ALGORITHM], typ, issuer, audience, requiredClaims })).payload;
}

function open() {
	if (!keys) throw fail("unavailable", {}, "The keys are not derived yet");
	return keys;
}
