import { stringOf } from "../bson/compare.ts";
import { BSONRegExp, BSONSymbol } from "../bson/types.ts";
import { BadValue, MongoError, NotSupported } from "../errors.ts";

const compiled = new Map<string, RegExp>();

/** A test of strings for a pattern with MongoDB's options i, m and s. Throws 51091 for a pattern that does not compile. */
export function regexTest(pattern: string, options: string): (value: unknown) => boolean {
	const regex = compile(pattern, options);
	return (value) => {
		if (typeof value === "string") return regex.test(value);
		if (value instanceof BSONRegExp) return value.pattern === pattern && value.options === options;
		return value instanceof BSONSymbol && regex.test(stringOf(value));
	};
}

function compile(pattern: string, options: string): RegExp {
	const key = `${options}/${pattern}`;
	let regex = compiled.get(key);
	if (regex) return regex;
	const inline = /^\(\?([ims]+)\)/.exec(pattern);
	const flags = new Set(options + (inline?.[1] ?? ""));
	flags.delete("u");
	if (flags.has("x")) throw new NotSupported("the regular expression option 'x'");
	for (const flag of flags) if (!"ims".includes(flag)) throw new BadValue(`invalid flag in regex options: ${flag}`);
	const source = inline ? pattern.slice(inline[0].length) : pattern;
	const wanted = [...flags].join("");
	try {
		regex = new RegExp(source, `${wanted}u`);
	} catch {
		// Without `u` JavaScript takes the needless escapes that PCRE takes.
		try {
			regex = new RegExp(source, wanted);
		} catch (error) {
			throw new MongoError(51091, "Location51091", `Regular expression is invalid: ${(error as Error).message}`);
		}
	}
	if (compiled.size > 500) compiled.clear();
	compiled.set(key, regex);
	return regex;
}

/** The fixed beginning of an anchored, case-sensitive pattern such as `^abc`, or "" when there is none. */
export function fixedPrefix(pattern: string, options: string): string {
	if (options !== "" || pattern[0] !== "^" || pattern.includes("|")) return "";
	const match = /^\^([A-Za-z0-9 _\-:@/#]+)([?*{]?)/.exec(pattern);
	if (!match) return "";
	return match[2] ? match[1]!.slice(0, -1) : match[1]!;
}
