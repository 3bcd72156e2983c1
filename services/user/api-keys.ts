import { randomBytes } from "node:crypto";
import { fail } from "../../runtime/errors.ts";
import { hashOf, isHashOf } from "../../runtime/ids.ts";
import type { ApiKey } from "../../schemas/access.ts";
import type { Scope } from "../../schemas/scopes.ts";

/** An API key. Of its secret only the SHA-256 is kept: it has 256 random bits, so nothing slower is needed. */
export interface ApiKeyState {
	id: string;
	rev: number;
	name: string;
	scopes: Scope[];
	/** Hexadecimal. */
	secretHash: string;
	lastFour: string;
	createdBy: string;
	createdAt: string;
	expiresAt: string | null;
	revokedAt: string | null;
	/** To the hour, so that its use costs a write an hour. */
	lastUsedAt: string | null;
}

const SECRET = /^sk_([0-9a-f]{32})_[\w-]{43}$/;
const HOUR = 3_600_000;

/** `sk_`, the digits of the key's id, and 256 random bits. */
export const secretFor = (id: string): string =>
	`sk_${id.slice(id.indexOf("_") + 1)}_${randomBytes(32).toString("base64url")}`;

/** The id of the key that a secret would belong to; null for what is no secret. */
export function keyIdOf(secret: string): string | null {
	const digits = SECRET.exec(secret)?.[1];
	return digits ? `key_${digits}` : null;
}

export function made(
	fields: Pick<ApiKeyState, "id" | "name" | "scopes" | "createdBy"> & { expiresAt?: string | undefined },
	secret: string,
	now: Date,
): Omit<ApiKeyState, "rev"> {
	const { expiresAt = null } = fields;
	if (expiresAt !== null && Date.parse(expiresAt) <= now.getTime())
		throw fail("validation_failed", { errors: [{ path: "/expiresAt", message: "is past" }] });
	return {
		...fields,
		expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
		secretHash: hashOf(secret),
		lastFour: secret.slice(-4),
		createdAt: now.toISOString(),
		revokedAt: null,
		lastUsedAt: null,
	};
}

/** Whether this secret opens the key now. */
export function opens(key: ApiKeyState, secret: string, now: Date): boolean {
	const over = key.revokedAt !== null || (key.expiresAt !== null && Date.parse(key.expiresAt) <= now.getTime());
	return isHashOf(key.secretHash, secret) && !over;
}

/** The same state when its use within this hour is known. */
export function used(key: ApiKeyState, now: Date): ApiKeyState {
	const hour = new Date(now.getTime() - (now.getTime() % HOUR)).toISOString();
	return key.lastUsedAt !== null && key.lastUsedAt >= hour ? key : { ...key, lastUsedAt: hour };
}

export const revoked = (key: ApiKeyState, now: Date): ApiKeyState =>
	key.revokedAt === null ? { ...key, revokedAt: now.toISOString() } : key;

export function keyView({ secretHash: _, rev: __, ...key }: ApiKeyState): ApiKey {
	return key;
}
