import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { derivedKey } from "./secret.ts";

const RANDOM = 16;
const PROOF = 32;
/** Seconds for which a challenge holds. */
export const CHALLENGE_LIFE = 300;

/** A challenge that proves by itself on every node that this shop made it, for what, and until when. */
export function newChallenge(use: string, now: Date): Uint8Array<ArrayBuffer> {
	const until = Buffer.alloc(6);
	until.writeUIntBE(Math.floor(now.getTime() / 1_000) + CHALLENGE_LIFE, 0, 6);
	const head = Buffer.concat([randomBytes(RANDOM), until]);
	return Uint8Array.from(Buffer.concat([head, proofOf(use, head)]));
}

/** Until when a challenge holds. @returns null for one that this shop did not make for this use, or that is over */
export function challengeHolds(challenge: string, use: string, now: Date): Date | null {
	const bytes = Buffer.from(challenge, "base64url");
	if (bytes.length !== RANDOM + 6 + PROOF || bytes.toString("base64url") !== challenge) return null;
	const head = bytes.subarray(0, -PROOF);
	if (!timingSafeEqual(bytes.subarray(-PROOF), proofOf(use, head))) return null;
	const until = new Date(head.readUIntBE(RANDOM, 6) * 1_000);
	return until > now ? until : null;
}

const proofOf = (use: string, head: Buffer) =>
	createHmac("sha256", derivedKey("challenges")).update(use).update("\u0000").update(head).digest();
