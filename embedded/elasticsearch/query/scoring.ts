import { B, K1 } from "../index/bm25.ts";
import { COUNT_BITS, COUNT_MASK, type TextIndex } from "../index/text-index.ts";
import type { Context, Matches } from "./matches.ts";

// BM25 as Lucene and Elasticsearch have it: the factor k1 + 1 is constant, but kept so that scores are the same.

/** How rare a term is among the documents that have the field. */
export function idf(documents: number, having: number): number {
	return Math.log(1 + (documents - having + 0.5) / (having + 0.5));
}

export function weightOf(boost: number, rarity: number): number {
	return boost * (K1 + 1) * rarity;
}

/** The score of a term in a field without lengths, that stands there once. */
export function flatScore(weight: number, average: number): number {
	return Math.fround(weight - weight / (1 + 1 / (K1 * (1 - B + B / average))));
}

/** The documents of a posting list with their scores, or without where nobody asks. */
export function postingMatches(
	context: Context,
	text: TextIndex,
	postings: number[],
	weight: number,
	scoring: boolean,
): Matches {
	const { scratch, shard } = context;
	const bits = scratch.bits(shard.max);
	const docs = scratch.docs().subarray(0, postings.length);
	const scores = scoring ? scratch.scores() : null;
	const { norms, factors } = text;
	for (let i = 0; i < postings.length; i++) {
		const posting = postings[i]!;
		const doc = posting >>> COUNT_BITS;
		bits[doc] = 1;
		docs[i] = doc;
		if (scores !== null) scores[doc] = weight - weight / (1 + (posting & COUNT_MASK) * factors[norms[doc]!]!);
	}
	return { bits, scores, score: 0, docs };
}

/** The postings of several terms as of one: counts add up. */
export function united(lists: number[][]): number[] {
	if (lists.length < 2) return lists[0] ?? [];
	const counts = new Map<number, number>();
	for (const list of lists)
		for (const posting of list) {
			const doc = posting >>> COUNT_BITS;
			counts.set(doc, Math.min(COUNT_MASK, (counts.get(doc) ?? 0) + (posting & COUNT_MASK)));
		}
	return [...counts].map(([doc, count]) => (doc << COUNT_BITS) | count);
}
