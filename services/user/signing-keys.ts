import {
	createHmac,
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	type KeyObject,
	randomBytes,
} from "node:crypto";
import { derivedKey, seal, unseal } from "./secret.ts";

/**
 * The keys that sign tokens, in one document. They are random and sealed, not derived from TOKEN_SECRET: who steals the
 * store alone or the secret alone has none of them, and one that leaked is replaced without a new secret.
 */
export interface KeyRingState {
	id: string;
	rev: number;
	/** The oldest first. */
	keys: SigningKeyState[];
}

export interface SigningKeyState {
	kid: string;
	/** Ed25519 as PKCS #8, sealed. */
	sealed: string;
	createdAt: string;
	/** Since when another key signs; tokens signed before it are still taken. */
	retiredAt: string | null;
}

/** A key that this node can use. */
export interface SigningKey {
	kid: string;
	sign: KeyObject;
	verify: KeyObject;
	createdAt: string;
	retiredAt: string | null;
}

/** Nothing that a key signed is taken longer than this after it was retired: a day for mailed links, and a minute. Milliseconds. */
const KEPT = 86_460_000;
/** Nodes that have not heard of a rotation yet go on signing. Milliseconds. */
export const LAG = 60_000;

const RANDOM = 12;
const KID = /^[\w-]{32}$/;

export function newSigningKey(now: Date): SigningKeyState {
	const random = randomBytes(RANDOM).toString("base64url");
	const kid = random + proofOf(random);
	const { privateKey } = generateKeyPairSync("ed25519");
	const sealed = seal(privateKey.export({ format: "der", type: "pkcs8" }), `signing key ${kid}`);
	return { kid, sealed, createdAt: now.toISOString(), retiredAt: null };
}

/**
 * Whether this shop made up this key id. Half of it proves the other half, so that made-up ids cost no look into the store.
 */
export function isOwnKid(kid: unknown): kid is string {
	return typeof kid === "string" && KID.test(kid) && proofOf(kid.slice(0, 16)) === kid.slice(16);
}

const proofOf = (random: string) =>
	createHmac("sha256", derivedKey("key ids")).update(random).digest().subarray(0, RANDOM).toString("base64url");

/** The keys that this node's TOKEN_SECRET opens and whose tokens may still be about. */
export function usable({ keys }: Pick<KeyRingState, "keys">, now: Date): SigningKey[] {
	return keys.flatMap(({ sealed, ...key }) => {
		const der = isOver(key, now) ? null : unseal(sealed, `signing key ${key.kid}`);
		if (!der) return [];
		const sign = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
		return [{ ...key, sign, verify: createPublicKey(sign) }];
	});
}

/** The ring has a key that signs: of nodes that start at once the first one's, and another only after a change of TOKEN_SECRET. */
export function begun(ring: KeyRingState, key: SigningKeyState, now: Date): KeyRingState {
	if (usable(ring, now).some(({ retiredAt }) => retiredAt === null)) return ring;
	return { ...ring, keys: [...ring.keys, key] };
}

/**
 * Another key signs from now on.
 * @param revoke the former ones are worth nothing any more: everybody asks for another access token, mailed links are void
 */
export function rotated(ring: KeyRingState, key: SigningKeyState, revoke: boolean, now: Date): KeyRingState {
	const at = now.toISOString();
	const former = revoke ? [] : ring.keys.filter((one) => !isOver(one, now));
	return { ...ring, keys: [...former.map((one) => ({ ...one, retiredAt: one.retiredAt ?? at })), key] };
}

function isOver({ retiredAt }: Pick<SigningKeyState, "retiredAt">, now: Date): boolean {
	return retiredAt !== null && Date.parse(retiredAt) + KEPT < now.getTime();
}
