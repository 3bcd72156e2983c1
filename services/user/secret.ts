import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { ConfigurationError, setting } from "../../runtime/config.ts";

const IV = 12;
const TAG = 16;

/** A key of 256 bits for one use, from TOKEN_SECRET by HKDF: every node has the same. @throws ConfigurationError */
export function derivedKey(use: string): Buffer {
	const secret = setting("TOKEN_SECRET");
	if (!secret) throw new ConfigurationError("TOKEN_SECRET must be set: it seals the keys that sign tokens");
	return Buffer.from(hkdfSync("sha256", secret, setting("NAMESPACE"), `tradewind ${use}`, 32));
}

/**
 * Seals bytes for the store by AES-256-GCM.
 * @param of what they belong to, e.g. `totp usr_1`: sealed bytes that were moved elsewhere do not open
 */
export function seal(bytes: Uint8Array, of: string): string {
	const iv = randomBytes(IV);
	const cipher = createCipheriv("aes-256-gcm", derivedKey("sealed"), iv, { authTagLength: TAG });
	cipher.setAAD(Buffer.from(of));
	return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** @returns null for what another TOKEN_SECRET sealed, what belongs to something else, and what was altered */
export function unseal(sealed: string, of: string): Buffer | null {
	const bytes = Buffer.from(sealed, "base64url");
	if (bytes.length < IV + TAG) return null;
	const decipher = createDecipheriv("aes-256-gcm", derivedKey("sealed"), bytes.subarray(0, IV), { authTagLength: TAG });
	decipher.setAAD(Buffer.from(of));
	decipher.setAuthTag(bytes.subarray(-TAG));
	try {
		return Buffer.concat([decipher.update(bytes.subarray(IV, -TAG)), decipher.final()]);
	} catch {
		return null;
	}
}
