import type { Doc } from "./bson/types.ts";

/**
 * What a command answers when it fails: MongoDB's number, its name and a sentence.
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
export class MongoError extends Error {
	readonly code: number;
	readonly codeName: string;
	/** Further fields of the reply, such as `keyPattern`. */
	readonly more: Doc;

	constructor(code: number, codeName: string, message: string, more: Doc = {}) {
		super(message);
		this.code = code;
		this.codeName = codeName;
		this.more = more;
	}
}

/** Code 2: a value or an operator that no server would take. */
export class BadValue extends MongoError {
	constructor(message: string) {
		super(2, "BadValue", message);
	}
}

/** Code 9: a command or an expression of the wrong form. */
export class FailedToParse extends MongoError {
	constructor(message: string) {
		super(9, "FailedToParse", message);
	}
}

/** Code 14: a field of the wrong type. */
export class TypeMismatch extends MongoError {
	constructor(message: string) {
		super(14, "TypeMismatch", message);
	}
}

/** Code 238: MongoDB has it, this server does not. The message names what was asked for. */
export class NotSupported extends MongoError {
	constructor(what: string) {
		super(
			238,
			"NotImplemented",
			`${what} is not supported by the embedded server; set MONGODB_URL to a MongoDB for it`,
		);
	}
}

/** The document of a failed command. */
export function errorReply(error: unknown): Doc {
	if (error instanceof MongoError)
		return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.more };
	const message = error instanceof Error ? error.message : String(error);
	return { ok: 0, errmsg: message, code: 8, codeName: "UnknownError" };
}
