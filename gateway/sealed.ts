import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const IV = 12;
const TAG = 16;

/**
 * A key for one answer. It is made of the caller's own Idempotency-Key, of which only a digest is stored, and of the shop's
 * secret, as a caller's key may be guessed.
 * @param salt the id of the answer's record
 */
function keyFor(secret: string, callersKey: string, salt: string): Buffer {
	return Buffer.from(hkdfSync("sha256", `${secret}\u0000${callersKey}`, salt, "tradewind idempotent answers", 32));
}

/** A text that only who has both secrets reads: base64 of a nonce, AES-256-GCM's tag and the sealed text. */
export function seal(text: string, secret: string, callersKey: string, salt: string): string {
	const iv = randomBytes(IV);
	const cipher = createCipheriv(CIPHER, keyFor(secret, callersKey, salt), iv, { authTagLength: TAG });
	const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** @returns null for what was sealed under another secret, or is damaged */
export function unseal(sealed: string, secret: string, callersKey: string, salt: string): string | null {
	const bytes = Buffer.from(sealed, "base64");
	try {
		const decipher = createDecipheriv(CIPHER, keyFor(secret, callersKey, salt), bytes.subarray(0, IV), {
			authTagLength: TAG,
		});
		decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
		return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]).toString("utf8");
	} catch {
		return null;
	}
}
