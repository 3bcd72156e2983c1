import { type Json, list, object, only, text } from "../body.ts";
import { memberOf } from "./member.ts";

/** Turns the stored source into what `_source` asks for: null is none at all. */
export type SourceFilter = ((source: string) => string) | null;

/** Reads `_source`: a boolean, names, or `{ includes, excludes }`; `*` stands for any letters. */
export function sourceFilter(spec: unknown): SourceFilter {
	if (spec === undefined || spec === true) return (source) => source;
	if (spec === false) return null;
	const names = typeof spec === "string" || Array.isArray(spec) ? { includes: spec } : object(spec, "_source");
	only(names, ["includes", "excludes", "include", "exclude"], "_source");
	const includes = patterns(names.includes ?? names.include);
	const excludes = patterns(names.excludes ?? names.exclude);
	if (includes.length + excludes.length === 0) return (source) => source;
	const [first] = includes;
	if (includes.length === 1 && excludes.length === 0 && first!.regex === null && !first!.path.includes("."))
		return (source) => oneMember(source, first!.path);
	return (source) => JSON.stringify(picked(JSON.parse(source), "", includes, excludes));
}

function oneMember(source: string, name: string): string {
	const value = memberOf(source, name);
	return value === null ? "{}" : `{${JSON.stringify(name)}:${value}}`;
}

type Pattern = { path: string; regex: RegExp | null };

function patterns(spec: unknown): Pattern[] {
	if (spec === undefined) return [];
	return list(spec).map((each) => {
		const path = text(each, "_source");
		if (!path.includes("*")) return { path, regex: null };
		const escaped = path.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
		return { path, regex: new RegExp(`^${escaped}(\\..*)?$`) };
	});
}

function picked(value: Json, path: string, includes: Pattern[], excludes: Pattern[]): Json {
	const out: Json = {};
	for (const key in value) {
		const full = path === "" ? key : `${path}.${key}`;
		if (excludes.some((pattern) => covers(pattern, full))) continue;
		const whole = includes.length === 0 || includes.some((pattern) => covers(pattern, full));
		const inner = value[key];
		const nested = typeof inner === "object" && inner !== null;
		if (whole && (!nested || excludes.length === 0)) out[key] = inner;
		else if (nested && (whole || includes.some((pattern) => leadsTo(pattern, full)))) {
			const rest = whole ? [] : includes;
			const kept = Array.isArray(inner)
				? inner.flatMap((one) =>
						typeof one === "object" && one !== null ? [picked(one, full, rest, excludes)] : whole ? [one] : [],
					)
				: picked(inner as Json, full, rest, excludes);
			if (whole || Object.keys(kept).length > 0) out[key] = kept;
		}
	}
	return out;
}

function covers(pattern: Pattern, path: string): boolean {
	return pattern.regex === null
		? path === pattern.path || path.startsWith(`${pattern.path}.`)
		: pattern.regex.test(path);
}

function leadsTo(pattern: Pattern, path: string): boolean {
	return pattern.regex === null ? pattern.path.startsWith(`${path}.`) : true;
}
