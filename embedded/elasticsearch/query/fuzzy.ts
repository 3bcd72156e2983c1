import type SearchableMap from "minisearch/SearchableMap";
import { type Json, number, text } from "../body.ts";
import { parsing } from "../errors.ts";
import type { Field } from "../index/mapping.ts";
import type { Term, TextIndex } from "../index/text-index.ts";
import { type Context, combine, type Matches, none } from "./matches.ts";
import { idf, postingMatches, weightOf } from "./scoring.ts";

/** Terms within the edit distance of `value` (AUTO: 0 up to 2 letters, 1 up to 5, else 2), the closest 50. */
export function fuzzyMatches(
	context: Context,
	field: Field,
	value: string,
	spec: Json,
	boost: number,
	scoring: boolean,
): Matches {
	const index = context.shard.texts[field.id]!;
	const most = number(spec.max_expansions ?? 50, "max_expansions");
	const found = closeTerms(context, index, value, edits(spec.fuzziness, value), spec)
		.sort((a, b) => b.likeness - a.likeness || (a.term.text < b.term.text ? -1 : 1))
		.slice(0, most);
	if (found.length === 0) return none(context);
	// Lucene's blended frequencies: a misspelling that is rare must not outweigh the word.
	const having = Math.max(...found.map(({ term }) => term.postings[index.slot]!.length));
	const clauses = found.map(({ term, likeness }) =>
		postingMatches(
			context,
			index,
			term.postings[index.slot]!,
			weightOf(boost * likeness, idf(index.documents, having)),
			scoring,
		),
	);
	return combine(context, [], clauses, 1, scoring);
}

/** The number of edits that a `fuzziness` allows for a term. */
export function edits(fuzziness: unknown, term: string): number {
	const spec = text(fuzziness ?? "AUTO", "fuzziness").toUpperCase();
	if (spec.startsWith("AUTO")) {
		const [low, high] = spec === "AUTO" ? [3, 6] : spec.slice(5).split(",").map(Number);
		if (!Number.isInteger(low) || !Number.isInteger(high))
			throw parsing(`failed to find low and high distance values in [${spec}]`);
		const length = [...term].length;
		return length < low! ? 0 : length < high! ? 1 : 2;
	}
	const distance = Number(spec);
	if (distance !== 0 && distance !== 1 && distance !== 2) throw parsing(`Invalid fuzziness value: [${fuzziness}]`);
	return distance;
}

type Close = { term: Term; likeness: number };

function closeTerms(context: Context, index: TextIndex, value: string, distance: number, spec: Json): Close[] {
	const swaps = spec.transpositions !== false;
	const start = value.slice(0, number(spec.prefix_length ?? 0, "prefix_length"));
	const key = `${index.dictionary.name}\n${value}\n${distance}\n${swaps}`;
	let candidates = context.close.get(key);
	if (candidates === undefined) {
		candidates = within(index.dictionary.terms, value, distance, swaps);
		context.close.set(key, candidates);
	}
	const found: Close[] = [];
	for (const term of candidates) {
		if (term.postings[index.slot] === undefined || !term.text.startsWith(start)) continue;
		const edits = editDistance(value, term.text, swaps);
		if (edits <= distance) found.push({ term, likeness: 1 - edits / Math.min(value.length, term.text.length) });
	}
	return found;
}

/** All terms that may be within the distance. */
function within(terms: SearchableMap<Term>, value: string, distance: number, swaps: boolean): Term[] {
	const found = new Set<Term>();
	const exact = (text: string) => {
		const term = terms.get(text);
		if (term !== undefined) found.add(term);
	};
	const close = (text: string, edits: number) => {
		for (const [term] of terms.fuzzyGet(text, edits).values()) found.add(term);
	};
	if (distance === 0) exact(value);
	else close(value, distance);
	// The tree knows no swaps of two letters: look for the word with them swapped, one edit closer.
	if (swaps && distance > 0)
		for (const swapped of swapsOf(value)) {
			if (distance === 1) exact(swapped);
			else {
				close(swapped, 1);
				for (const twice of swapsOf(swapped)) exact(twice);
			}
		}
	return [...found];
}

function swapsOf(value: string): string[] {
	const all: string[] = [];
	for (let i = 0; i + 1 < value.length; i++)
		if (value[i] !== value[i + 1]) all.push(value.slice(0, i) + value[i + 1] + value[i] + value.slice(i + 2));
	return all;
}

/** Insertions, deletions, substitutions and, with `swaps`, transpositions of neighbours that are not edited again. */
function editDistance(a: string, b: string, swaps: boolean): number {
	let before: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
			if (swaps && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				cost = Math.min(cost, before[j - 2]! + 1);
			row.push(cost);
		}
		before = last;
		last = row;
	}
	return last[b.length]!;
}
