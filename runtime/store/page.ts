import { fail } from "../errors.ts";

/** An opaque cursor of the sort values of a page's last entry. */
export function encodeCursor(values: (string | number)[]): string {
	return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** @throws validation_failed for a cursor that this shop did not make */
export function decodeCursor(cursor: string, types: ("string" | "number")[]): (string | number)[] {
	try {
		const values = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
		if (Array.isArray(values) && values.length === types.length && values.every((v, i) => typeof v === types[i]))
			return values;
	} catch {
		// answered below: a cursor is opaque, so why it cannot be read does not matter
	}
	throw fail("validation_failed", { errors: [{ path: "/cursor", message: "is not a cursor of this list" }] });
}
