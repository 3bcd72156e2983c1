import type { Token } from "../analysis/analyzer.ts";
import { ShardError } from "../errors.ts";
import type { KeywordColumn, NumberColumn } from "../index/columns.ts";
import { toNumber } from "../index/documents.ts";
import type { Field } from "../index/mapping.ts";
import type { Term, TextIndex } from "../index/text-index.ts";
import { type Context, constant, type Matches, none } from "./matches.ts";
import { flatScore, idf, postingMatches, united, weightOf } from "./scoring.ts";

/** The documents whose field has the exact value. */
export function valueMatches(context: Context, field: Field, value: unknown, boost: number, scoring: boolean): Matches {
	if (field.type === "text") return tokenMatches(context, field, String(value), boost, scoring);
	const found = constant(context, boost);
	const { max } = context.shard;
	if (field.type !== "keyword") {
		const wanted = queryNumber(context, field, value);
		const column = context.shard.columns[field.id] as NumberColumn;
		markNumbers(column, max, found.bits, (number) => number === wanted);
		// Numbers and dates have no frequencies in Lucene, but the two words that a boolean is stored as have.
		if (field.type === "boolean" && scoring) found.score = columnScore(context, field, found.bits, boost);
		return found;
	}
	const column = context.shard.columns[field.id] as KeywordColumn;
	const string = String(value);
	const ordinal = column.ordinal(field.normalize === null ? string : field.normalize(string));
	if (ordinal < 0) return found;
	column.mark(found.bits, max, (one) => one === ordinal);
	if (scoring) found.score = columnScore(context, field, found.bits, boost);
	return found;
}

/** The documents whose text has the term, or any of the terms that stand at one position (as if they were one). */
export function tokenMatches(context: Context, field: Field, token: Token, boost: number, scoring: boolean): Matches {
	const text = context.shard.texts[field.id]!;
	const texts = token === null ? [] : typeof token === "string" ? [token] : token;
	const lists = texts.flatMap((one) => postingsOf(text, one) ?? []);
	return listMatches(context, text, lists, boost, scoring);
}

export function listMatches(
	context: Context,
	text: TextIndex,
	lists: number[][],
	boost: number,
	scoring: boolean,
): Matches {
	if (lists.length === 0) return none(context);
	const having = Math.max(...lists.map((list) => list.length));
	const weight = weightOf(boost, idf(text.documents, having));
	return postingMatches(context, text, united(lists), weight, scoring);
}

/** As an array in an array, so that it can be flattened. */
export function postingsOf(text: TextIndex, term: string): [number[]] | null {
	const postings = text.dictionary.get(term)?.postings[text.slot];
	return postings === undefined ? null : [postings];
}

export function expandPrefix(text: TextIndex, prefix: string): Term[] {
	const found: Term[] = [];
	for (const term of text.dictionary.terms.atPrefix(prefix).values())
		if (term.postings[text.slot] !== undefined) found.push(term);
	return found;
}

/** A value of a query as the field's number; a value that is none fails the search, as in Elasticsearch. */
export function queryNumber(context: Context, field: Field, value: unknown): number {
	const number =
		field.type === "integer" || field.type === "long" || field.type === "short" || field.type === "byte"
			? Number(value)
			: toNumber(field, value);
	if (number === null || Number.isNaN(number) || value === "" || typeof value === "object")
		throw new ShardError(400, "query_shard_exception", `failed to create query: For input string: "${value}"`, {
			index: context.indexName,
		});
	return number;
}

export function markNumbers(
	column: NumberColumn,
	max: number,
	bits: Uint8Array,
	wanted: (value: number) => boolean,
): void {
	const { values, many } = column;
	for (let doc = 0; doc < max; doc++) if (wanted(values[doc]!)) bits[doc] = 1;
	for (const [doc, several] of many) if (several.some(wanted)) bits[doc] = 1;
}

function columnScore(context: Context, field: Field, bits: Uint8Array, boost: number): number {
	const { shard } = context;
	const column = shard.columns[field.id]!;
	let [documents, having, values] = [0, 0, 0];
	for (let doc = 0; doc < shard.max; doc++) {
		if (!column.has(doc)) continue;
		documents++;
		values += column.many.get(doc)?.length ?? 1;
		having += bits[doc]!;
	}
	return having === 0 ? 0 : flatScore(weightOf(boost, idf(documents, having)), values / documents);
}
