import { type Json, list, object, only, text } from "../body.ts";
import { illegal, unsupported } from "../errors.ts";
import { type Analyzer, type CharFilter, chain, type TokenFilter } from "./analyzer.ts";
import { charFilter, tokenFilter } from "./filters.ts";
import { standardTokens } from "./standard-tokenizer.ts";

export type Analysis = { analyzer(name: string): Analyzer; normalizer(name: string): (input: string) => string };

const TOKENIZERS: Record<string, (input: string) => string[]> = {
	standard: standardTokens,
	whitespace: (input) => input.split(/\s+/).filter(Boolean),
	keyword: (input) => (input === "" ? [] : [input]),
};
// What may be named in an analyzer without an entry of its own.
const PLAIN_FILTERS = ["lowercase", "asciifolding", "trim", "porter_stem", "stop"];

/** The analyzers and normalizers of an index's `settings.analysis`, with those that are built in. */
export function analysisOf(settings: Json): Analysis {
	only(settings, ["analyzer", "normalizer", "filter", "char_filter", "tokenizer"], "analysis");
	for (const name in object(settings.tokenizer ?? {}, "tokenizer")) throw unsupported(`tokenizer [${name}]`);
	const section = (name: string) => object(settings[name] ?? {}, `analysis.${name}`);
	const charFilters = mapValues(section("char_filter"), charFilter);
	const filters = mapValues(section("filter"), tokenFilter);
	for (const name of PLAIN_FILTERS) if (!filters.has(name)) filters.set(name, tokenFilter({ type: name }));

	const analyzers = new Map<string, Analyzer>();
	const named = <T>(kind: string, known: Map<string, T>, names: unknown): T[] =>
		list(names ?? []).map((name) => {
			const found = known.get(text(name, kind));
			if (!found) throw illegal(`failed to find ${kind} under name [${name}]`);
			return found;
		});
	const plain = (name: string, tokenizer: string, with_: string[]) =>
		analyzers.set(name, chain(name, [], TOKENIZERS[tokenizer]!, named("filter", filters, with_)));
	plain("standard", "standard", ["lowercase"]);
	plain("whitespace", "whitespace", []);
	plain("keyword", "keyword", []);
	for (const [name, entry] of Object.entries(section("analyzer"))) {
		const own = object(entry, `analyzer.${name}`);
		only(own, ["type", "tokenizer", "filter", "char_filter", "position_increment_gap"], `analyzer.${name}`);
		if (own.type !== undefined && own.type !== "custom") throw unsupported(`analyzer type [${own.type}]`);
		const tokenizer = TOKENIZERS[text(own.tokenizer, `analyzer.${name}.tokenizer`)];
		if (!tokenizer) throw unsupported(`tokenizer [${own.tokenizer}]`);
		const before: CharFilter[] = named("char_filter", charFilters, own.char_filter);
		const after: TokenFilter[] = named("filter", filters, own.filter);
		analyzers.set(name, chain(name, before, tokenizer, after));
	}

	const normalizers = new Map<string, (input: string) => string>();
	normalizers.set("lowercase", (input) => input.toLowerCase());
	for (const [name, entry] of Object.entries(section("normalizer"))) {
		const own = object(entry, `normalizer.${name}`);
		only(own, ["type", "filter", "char_filter"], `normalizer.${name}`);
		const before: CharFilter[] = named("char_filter", charFilters, own.char_filter);
		const after: TokenFilter[] = named("filter", filters, own.filter);
		normalizers.set(name, (input) => {
			let value = input;
			for (const filter of before) value = filter(value);
			for (const filter of after) value = String(filter(value) ?? "");
			return value;
		});
	}
	return {
		analyzer: (name) => analyzers.get(name) ?? missing(`analyzer [${name}] has not been configured in mappings`),
		normalizer: (name) => normalizers.get(name) ?? missing(`normalizer [${name}] not found`),
	};
}

function mapValues<T>(section: Json, make: (entry: Json) => T): Map<string, T> {
	return new Map(Object.entries(section).map(([name, entry]) => [name, make(object(entry, name))]));
}

function missing(reason: string): never {
	throw illegal(reason);
}
