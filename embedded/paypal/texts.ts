import type { Params } from "../form.ts";
import { malformed } from "./errors.ts";

/** The optional texts of a body, each no longer than given. */
export function texts<K extends string>(body: Params, longest: Record<K, number>): Partial<Record<K, string>> {
	const found: Partial<Record<K, string>> = {};
	for (const name in longest) {
		const value = body[name];
		if (value === undefined) continue;
		if (typeof value !== "string") throw malformed("INVALID_PARAMETER_SYNTAX", `/${name}`);
		if (value.length < 1 || value.length > longest[name]) throw malformed("INVALID_STRING_LENGTH", `/${name}`);
		found[name] = value;
	}
	return found;
}
