import { type Json, list, number, only, text } from "../body.ts";
import { illegal, unsupported } from "../errors.ts";
import type { CharFilter, Token, TokenFilter } from "./analyzer.ts";
import { foldToAscii } from "./ascii-folding.ts";
import { minimalEnglish, porter, possessive } from "./stemmers.ts";

const STEMMERS: Record<string, TokenFilter> = {
	english: porter,
	minimal_english: minimalEnglish,
	possessive_english: possessive,
};
const ENGLISH_STOPS =
	"a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with";

/** The token filter of a settings entry `{ type, ... }`, or of a built-in name. */
export function tokenFilter(settings: Json): TokenFilter {
	const type = text(settings.type, "filter.type");
	const make = FILTERS[type];
	if (!make) throw unsupported(`filter [${type}]`);
	return make(settings);
}

export function charFilter(settings: Json): CharFilter {
	const type = text(settings.type, "char_filter.type");
	if (type === "pattern_replace") return patternReplace(settings, "char_filter.pattern_replace");
	if (type !== "mapping") throw unsupported(`char_filter [${type}]`);
	only(settings, ["type", "mappings"], "char_filter.mapping");
	const mappings = new Map(list(settings.mappings ?? []).map((rule) => arrow(text(rule, "mappings"))));
	const longest = Math.max(0, ...[...mappings.keys()].map((key) => key.length));
	return (input) => mapped(input, mappings, longest);
}

const FILTERS: Record<string, (settings: Json) => TokenFilter> = {
	lowercase: (settings) => {
		only(settings, ["type"], "filter.lowercase");
		return (term) => term.toLowerCase();
	},
	asciifolding: (settings) => {
		only(settings, ["type"], "filter.asciifolding");
		return foldToAscii;
	},
	trim: (settings) => {
		only(settings, ["type"], "filter.trim");
		return (term) => term.trim();
	},
	porter_stem: (settings) => {
		only(settings, ["type"], "filter.porter_stem");
		return porter;
	},
	stemmer: (settings) => {
		only(settings, ["type", "language", "name"], "filter.stemmer");
		const language = text(settings.language ?? settings.name ?? "english", "filter.stemmer.language");
		const stem = STEMMERS[language];
		if (!stem) throw unsupported(`stemmer [${language}]`);
		return stem;
	},
	stop: (settings) => {
		only(settings, ["type", "stopwords"], "filter.stop");
		const words = list(settings.stopwords ?? "_english_").map((word) => text(word, "filter.stop.stopwords"));
		const stops = new Set(words.flatMap((word) => (word === "_english_" ? ENGLISH_STOPS.split(" ") : word)));
		if (stops.has("_none_")) stops.clear();
		return (term) => (stops.has(term) ? null : term);
	},
	length: (settings) => {
		only(settings, ["type", "min", "max"], "filter.length");
		const min = number(settings.min ?? 0, "filter.length.min");
		const max = number(settings.max ?? Number.MAX_SAFE_INTEGER, "filter.length.max");
		return (term) => (term.length >= min && term.length <= max ? term : null);
	},
	truncate: (settings) => {
		only(settings, ["type", "length"], "filter.truncate");
		const length = number(settings.length ?? 10, "filter.truncate.length");
		return (term) => term.slice(0, length);
	},
	pattern_replace: (settings) => patternReplace(settings, "filter.pattern_replace"),
	edge_ngram: (settings) => {
		only(settings, ["type", "min_gram", "max_gram", "preserve_original"], "filter.edge_ngram");
		const min = number(settings.min_gram ?? 1, "filter.edge_ngram.min_gram");
		const max = number(settings.max_gram ?? 2, "filter.edge_ngram.max_gram");
		const whole = settings.preserve_original === true || settings.preserve_original === "true";
		return (term) => edges([...term], min, max, whole);
	},
	synonym: synonyms,
	synonym_graph: synonyms,
};

function edges(chars: string[], min: number, max: number, whole: boolean): Token {
	const grams: string[] = [];
	for (let n = min; n <= Math.min(max, chars.length); n++) grams.push(chars.slice(0, n).join(""));
	if (whole && (chars.length < min || chars.length > max)) grams.push(chars.join(""));
	return grams.length === 0 ? null : grams.length === 1 ? grams[0]! : grams;
}

// Words only: a rule over several words would need a graph of positions.
function synonyms(settings: Json): TokenFilter {
	only(settings, ["type", "synonyms", "expand", "lenient", "updateable"], "filter.synonym");
	if (settings.expand === false || settings.expand === "false") throw unsupported("filter.synonym.expand");
	const rules = new Map<string, string[]>();
	for (const line of list(settings.synonyms ?? [])) {
		const rule = text(line, "filter.synonym.synonyms");
		const [left, right] = rule.split("=>") as [string, string?];
		const [from, to] = [words(left), words(right ?? left)];
		for (const word of [...from, ...to])
			if (/\s/.test(word)) throw unsupported(`synonym of several words [${rule.trim()}]`);
		for (const word of from) {
			const known = rules.get(word) ?? [];
			const self = right === undefined ? [word] : [];
			rules.set(word, [...new Set([...self, ...known, ...to])]);
		}
	}
	return (term) => {
		const found = rules.get(term);
		return found === undefined ? term : found.length === 1 ? found[0]! : found;
	};
}

function words(list: string): string[] {
	return list.split(",").map((word) => word.trim());
}

function patternReplace(settings: Json, where: string): (input: string) => string {
	only(settings, ["type", "pattern", "replacement", "flags", "all"], where);
	if (settings.all === false) throw unsupported(`${where}.all`);
	const pattern = text(settings.pattern, where);
	const flags = text(settings.flags ?? "", `${where}.flags`)
		.split("|")
		.filter(Boolean);
	for (const flag of flags) if (flag !== "CASE_INSENSITIVE") throw unsupported(`${where} flag [${flag}]`);
	const replacement = text(settings.replacement ?? "", `${where}.replacement`);
	let regex: RegExp;
	try {
		regex = new RegExp(pattern, flags.length > 0 ? "gi" : "g");
	} catch {
		throw illegal(`the pattern [${pattern}] is not understood by the embedded server`);
	}
	// Java knows \p{L} and possessive quantifiers, which mean something else or nothing without the `u` flag.
	if (/\\p|\\P|[*+?}]\+|\(\?[a-z]+[:)]/.test(pattern)) throw unsupported(`${where} pattern [${pattern}]`);
	return (input) => input.replace(regex, replacement);
}

function arrow(rule: string): [string, string] {
	const at = rule.indexOf("=>");
	if (at < 1) throw illegal(`Invalid Mapping Rule : [${rule}]`);
	return [rule.slice(0, at).trim(), rule.slice(at + 2).trim()];
}

function mapped(input: string, mappings: Map<string, string>, longest: number): string {
	let out = "";
	let copied = 0;
	for (let at = 0; at < input.length; at++) {
		for (let n = Math.min(longest, input.length - at); n > 0; n--) {
			const to = mappings.get(input.slice(at, at + n));
			if (to === undefined) continue;
			out += input.slice(copied, at) + to;
			at += n - 1;
			copied = at + 1;
			break;
		}
	}
	return copied === 0 ? input : out + input.slice(copied);
}
