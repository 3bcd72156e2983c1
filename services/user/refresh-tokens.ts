import { hash, randomBytes } from "node:crypto";

/** What a refresh token says. Only hashes of its secrets are stored. */
export interface RefreshToken {
	userId: string;
	sessionId: string;
	/** SHA-256 of the family's secret. */
	family: string;
	/** SHA-256 of this token's own secret. */
	hash: string;
	/** As the client holds it: base64url of user, session, family's secret and own secret. */
	text: string;
}

const ID = 16;
const FAMILY = 16;
const SECRET = 32;
const TEXT = /^[\w-]{107}$/;

/** The first token of a session, or with `previous` the one that follows. */
export function issueRefreshToken(userId: string, sessionId: string, previous?: RefreshToken): RefreshToken {
	const family = previous
		? Buffer.from(previous.text, "base64url").subarray(2 * ID, 2 * ID + FAMILY)
		: randomBytes(FAMILY);
	const bytes = Buffer.concat([idBytes(userId), idBytes(sessionId), family, randomBytes(SECRET)]);
	return read(bytes, bytes.toString("base64url"));
}

/** @returns null for a text that no refresh token has */
export function parseRefreshToken(text: string): RefreshToken | null {
	return TEXT.test(text) ? read(Buffer.from(text, "base64url"), text) : null;
}

function read(bytes: Buffer, text: string): RefreshToken {
	return {
		userId: `usr_${bytes.toString("hex", 0, ID)}`,
		sessionId: `ses_${bytes.toString("hex", ID, 2 * ID)}`,
		family: hash("sha256", bytes.subarray(2 * ID, 2 * ID + FAMILY), "base64url"),
		hash: hash("sha256", bytes.subarray(2 * ID + FAMILY), "base64url"),
		text,
	};
}

const idBytes = (id: string) => Buffer.from(id.slice(id.indexOf("_") + 1), "hex");
