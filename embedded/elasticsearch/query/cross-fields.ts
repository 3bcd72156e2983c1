import type { Json } from "../body.ts";
import { joined, nothing, tokensOf } from "./full-text.ts";
import { best, type Context, type Matches, none } from "./matches.ts";
import type { Weighted } from "./multi-match.ts";
import { idf, postingMatches, united, weightOf } from "./scoring.ts";
import { postingsOf, valueMatches } from "./terms.ts";

/**
 * Each word may stand in any of the fields, which count as one: fields with the same analyzer form a group, and a word is
 * as rare in each of its fields as in the one where it is most frequent. After Elasticsearch's BlendedTermQuery.
 */
export function crossFields(
	context: Context,
	fields: Weighted[],
	spec: Json,
	boost: number,
	tie: number,
	scoring: boolean,
): Matches {
	const groups = Map.groupBy(fields, ({ field }) => (field.type === "text" ? field.searchAnalyzer : field.name));
	const found = [...groups.values()].map((group) => {
		const { field, weight } = group[0]!;
		if (field.type !== "text") return valueMatches(context, field, spec.query, boost * weight, scoring);
		const tokens = tokensOf(field, spec);
		if (tokens.length === 0) return nothing(context, spec, boost);
		const words = tokens.map((token) =>
			blended(context, group, typeof token === "string" ? [token] : token, boost, tie, scoring),
		);
		return joined(context, words, spec, scoring);
	});
	return best(context, found, tie, scoring);
}

function blended(
	context: Context,
	group: Weighted[],
	terms: string[],
	boost: number,
	tie: number,
	scoring: boolean,
): Matches {
	const stands = group.flatMap(({ field, weight }, order) => {
		const text = context.shard.texts[field.id]!;
		const lists = terms.flatMap((term) => postingsOf(text, term) ?? []);
		return lists.length === 0
			? []
			: [{ text, weight, order, postings: united(lists), having: Math.max(...lists.map((list) => list.length)) }];
	});
	if (stands.length === 0) return none(context);
	stands.sort((a, b) => b.having - a.having || a.order - b.order);
	let having = stands[0]!.having;
	let before = having;
	const clauses = stands.map(({ text, weight, postings, having: own }) => {
		// The rarer ones count as a little more frequent, so that the field where the word is at home wins.
		if (before > own) having++;
		before = own;
		const rarity = idf(text.documents, Math.min(having, text.documents));
		return postingMatches(context, text, postings, weightOf(boost * weight, rarity), scoring);
	});
	return best(context, clauses, tie, scoring);
}
