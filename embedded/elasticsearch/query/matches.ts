import type { Field, Mapping } from "../index/mapping.ts";
import type { Shard } from "../index/shard.ts";
import type { Term } from "../index/text-index.ts";
import type { Scratch } from "./scratch.ts";

/**
 * What a query found: a 1 for each document, and its score (without `scores` all have `score`). `docs` lists the documents in
 * any order, where it is known without looking at all of them; what stands in `scores` for the others means nothing.
 */
export type Matches = { bits: Uint8Array; scores: Float32Array | null; score: number; docs: Int32Array | null };

/** Where a query runs. `run` evaluates a clause; `scoring` is false where only the hits count. */
export type Context = {
	indexName: string;
	shard: Shard;
	mapping: Mapping;
	scratch: Scratch;
	/** The close terms of a misspelt word, which are the same for all fields of one dictionary. */
	close: Map<string, Term[]>;
	run(query: unknown, boost: number, scoring: boolean): Matches;
};

export function field(context: Context, name: string): Field | undefined {
	return context.mapping.fields.get(name);
}

export function constant(context: Context, score: number, fill = 0): Matches {
	const bits = context.scratch.bits(context.shard.max);
	return { bits: fill === 0 ? bits : bits.fill(fill), scores: null, score, docs: null };
}

/** Nothing at all. */
export function none(context: Context): Matches {
	return { bits: context.scratch.bits(context.shard.max), scores: null, score: 0, docs: new Int32Array(0) };
}

/** The list of the documents, made from the bits where it is not known. */
export function docsOf({ scratch }: Context, { docs, bits }: Matches): Int32Array {
	if (docs !== null) return docs;
	const found = scratch.docs();
	let n = 0;
	for (let doc = 0; doc < bits.length; doc++) if (bits[doc] === 1) found[n++] = doc;
	return found.subarray(0, n);
}

export function scoreOf(matches: Matches, doc: number): number {
	return matches.scores === null ? matches.score : matches.scores[doc]!;
}

/** Any of them: the best score, and `tie` of the others'. */
export function best(context: Context, all: Matches[], tie: number, scoring: boolean): Matches {
	if (all.length === 1) return all[0]!;
	const { shard, scratch } = context;
	const bits = scratch.bits(shard.max);
	const scores = scoring ? scratch.scores() : null;
	const sums = scoring && tie !== 0 ? scratch.scores() : null;
	const docs = scratch.docs();
	let n = 0;
	for (const clause of all) {
		const own = docsOf(context, clause);
		for (let i = 0; i < own.length; i++) {
			const doc = own[i]!;
			const fresh = bits[doc] === 0;
			if (fresh) {
				bits[doc] = 1;
				docs[n++] = doc;
			}
			if (scores === null) continue;
			const score = scoreOf(clause, doc);
			if (fresh || score > scores[doc]!) scores[doc] = score;
			if (sums !== null) sums[doc] = fresh ? score : sums[doc]! + score;
		}
	}
	const found = docs.subarray(0, n);
	if (sums !== null) for (const doc of found) scores![doc]! += tie * (sums[doc]! - scores![doc]!);
	return { bits, scores, score: 0, docs: found };
}

/** All of `required` and at least `minimum` of `optional`; scores add up. */
export function combine(
	context: Context,
	required: Matches[],
	optional: Matches[],
	minimum: number,
	scoring: boolean,
): Matches {
	if (required.length === 1 && optional.length === 0) return required[0]!;
	if (required.length === 0 && optional.length === 1 && minimum === 1) return optional[0]!;
	let docs =
		required.length > 0
			? inAll(context, required)
			: minimum > 0
				? inAny(context, optional)
				: docsOf(context, constant(context, 0, 1));
	if (minimum > 0 && (minimum > 1 || required.length > 0)) {
		const found = context.scratch.bits(context.shard.max);
		for (const { bits } of optional) for (let i = 0; i < docs.length; i++) found[docs[i]!]! += bits[docs[i]!]!;
		docs = select(context, docs, found, minimum);
	}
	return listed(context, docs, scoring ? [...required, ...optional] : null);
}

/** Takes out of `found` what `not` found. */
export function without(context: Context, found: Matches, not: Matches): Matches {
	const kept = context.scratch.bits(context.shard.max);
	for (let doc = 0; doc < kept.length; doc++) kept[doc] = 1 - not.bits[doc]!;
	const docs = select(context, docsOf(context, found), kept, 1);
	return { ...listed(context, docs, null), scores: found.scores, score: found.score };
}

/** Those of the documents whose number in `marks` is at least `least`. */
export function select({ scratch }: Context, docs: Int32Array, marks: Uint8Array, least: number): Int32Array {
	const found = scratch.docs();
	let n = 0;
	for (let i = 0; i < docs.length; i++) {
		const doc = docs[i]!;
		if (marks[doc]! >= least) found[n++] = doc;
	}
	return found.subarray(0, n);
}

/** The documents with the sum of their scores in the clauses. */
function listed({ scratch, shard }: Context, docs: Int32Array, clauses: Matches[] | null): Matches {
	const bits = scratch.bits(shard.max);
	for (let i = 0; i < docs.length; i++) bits[docs[i]!] = 1;
	if (clauses === null) return { bits, scores: null, score: 0, docs };
	const scores = scratch.scores();
	for (let i = 0; i < docs.length; i++) scores[docs[i]!] = 0;
	for (const clause of clauses) {
		if (clause.scores === null && clause.score === 0) continue;
		for (let i = 0; i < docs.length; i++) {
			const doc = docs[i]!;
			if (clause.bits[doc] === 1) scores[doc]! += scoreOf(clause, doc);
		}
	}
	return { bits, scores, score: 0, docs };
}

function inAll(context: Context, clauses: Matches[]): Int32Array {
	const rarest = clauses.reduce((a, b) =>
		b.docs !== null && (a.docs === null || b.docs.length < a.docs.length) ? b : a,
	);
	let docs = docsOf(context, rarest);
	for (const { bits } of clauses) if (bits !== rarest.bits) docs = select(context, docs, bits, 1);
	return docs;
}

function inAny(context: Context, clauses: Matches[]): Int32Array {
	const { scratch, shard } = context;
	const seen = scratch.bits(shard.max);
	const docs = scratch.docs();
	let n = 0;
	for (const clause of clauses) {
		const own = docsOf(context, clause);
		for (let i = 0; i < own.length; i++) {
			const doc = own[i]!;
			if (seen[doc] === 1) continue;
			seen[doc] = 1;
			docs[n++] = doc;
		}
	}
	return docs.subarray(0, n);
}
