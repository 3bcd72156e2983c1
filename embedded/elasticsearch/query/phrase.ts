import type { Token } from "../analysis/analyzer.ts";
import { ShardError, unsupported } from "../errors.ts";
import type { Field } from "../index/mapping.ts";
import { COUNT_BITS, COUNT_MASK, HOLE } from "../index/text-index.ts";
import { type Context, type Matches, none } from "./matches.ts";
import { idf, postingMatches, weightOf } from "./scoring.ts";
import { tokenMatches } from "./terms.ts";

/** Documents in which the terms stand in a row. */
export function phraseMatches(
	context: Context,
	field: Field,
	tokens: Token[],
	boost: number,
	scoring: boolean,
): Matches {
	if (tokens.length === 1) return tokenMatches(context, field, tokens[0]!, boost, scoring);
	if (!field.positions)
		throw new ShardError(
			400,
			"illegal_argument_exception",
			`field:[${field.name}] was indexed without position data; cannot run PhraseQuery`,
		);
	const index = context.shard.texts[field.id]!;
	const ids = new Int32Array(tokens.length);
	const lists: number[][] = [];
	let rarity = 0;
	for (const [i, token] of tokens.entries()) {
		if (Array.isArray(token))
			throw unsupported(`phrase on [${field.name}], whose analyzer puts several terms at one position`);
		if (token === null) {
			ids[i] = HOLE;
			continue;
		}
		const term = index.dictionary.get(token);
		const postings = term?.postings[index.slot];
		if (postings === undefined) return none(context);
		ids[i] = term!.id;
		lists.push(postings);
		rarity += idf(index.documents, postings.length);
	}
	const rarest = lists.reduce((a, b) => (b.length < a.length ? b : a));
	const found: number[] = [];
	for (const posting of rarest) {
		const doc = posting >>> COUNT_BITS;
		const count = index.phrases(doc, ids);
		if (count > 0) found.push((doc << COUNT_BITS) | Math.min(count, COUNT_MASK));
	}
	return postingMatches(context, index, found, weightOf(boost, rarity), scoring);
}
