import SearchableMap from "minisearch/SearchableMap";
import { lengthFactors } from "./bm25.ts";
import { lengthToByte } from "./field-length.ts";
import type { Field } from "./mapping.ts";

/** A posting is one small integer: the document's number above, how often it has the term (at most 127) in the last 7 bits. */
export const COUNT_BITS = 7;
export const COUNT_MASK = (1 << COUNT_BITS) - 1;

export const HOLE = 0;
const BETWEEN = -1;

/** A term with its postings in each text field that shares the dictionary, in the order of the documents. */
export type Term = {
	id: number;
	text: string;
	postings: (number[] | undefined)[];
	/** How often it stood in the field that is being added. */
	count: number;
};

/** All terms that one analyzer made, in MiniSearch's radix tree, which finds them exactly, by prefix and by edit distance. */
export class Dictionary {
	readonly name: string;
	readonly terms = new SearchableMap<Term>();
	/** The same terms: most are looked up as they are, which the tree is slower at. */
	private readonly exact = new Map<string, Term>();
	private next = 1;

	constructor(name: string) {
		this.name = name;
	}

	get(text: string): Term | undefined {
		return this.exact.get(text);
	}

	add(text: string): Term {
		let term = this.exact.get(text);
		if (term === undefined) {
			term = { id: this.next++, text, postings: [], count: 0 };
			this.exact.set(text, term);
			this.terms.set(text, term);
		}
		return term;
	}

	/** Renumbers the documents of all postings; a target below 0 is a document that is gone. */
	move(targets: Int32Array): void {
		const empty: string[] = [];
		for (const term of this.terms.values()) {
			let left = 0;
			term.postings = term.postings.map((list) => {
				const kept = (list ?? [])
					.filter((posting) => targets[posting >>> COUNT_BITS]! >= 0)
					.map((posting) => (targets[posting >>> COUNT_BITS]! << COUNT_BITS) | (posting & COUNT_MASK));
				left += kept.length;
				return kept.length === 0 ? undefined : kept;
			});
			if (left === 0) empty.push(term.text);
		}
		for (const text of empty) {
			this.terms.delete(text);
			this.exact.delete(text);
		}
	}
}

/** The inverted index of one text field. */
export class TextIndex {
	readonly field: Field;
	readonly dictionary: Dictionary;
	/** The field's place in a term's `postings`. */
	readonly slot: number;
	/** The length of the field in each document, as Lucene's byte, which is what scores are made of. */
	norms: Uint8Array;
	/** How many terms there are, those of one position too, and 1 more; or 0 where the document does not have the field. */
	private lengths: Int32Array;
	documents = 0;
	totalLength = 0;
	/** The ids of each document's terms in a row, HOLE where a position has not one term; only where phrases may be asked for. */
	private sequence: Int32Array;
	private starts: Int32Array;
	private used = 0;
	private known: { average: number; factors: Float64Array } | null = null;
	/** The terms of the document that is being added. */
	private readonly touched: Term[] = [];

	constructor(field: Field, dictionary: Dictionary, slot: number, capacity: number) {
		this.field = field;
		this.dictionary = dictionary;
		this.slot = slot;
		this.norms = new Uint8Array(capacity);
		this.lengths = new Int32Array(capacity);
		this.sequence = new Int32Array(field.positions ? capacity * 4 : 0);
		this.starts = new Int32Array(field.positions ? capacity * 2 : 0);
	}

	grow(capacity: number): void {
		this.norms = grown(this.norms, new Uint8Array(capacity));
		this.lengths = grown(this.lengths, new Int32Array(capacity));
		if (this.field.positions) this.starts = grown(this.starts, new Int32Array(capacity * 2));
	}

	/** What lengths do to scores, as long as the average length is what it is. */
	get factors(): Float64Array {
		const average = Math.fround(this.totalLength / this.documents);
		if (this.known?.average !== average) this.known = { average, factors: lengthFactors(average, this.field.norms) };
		return this.known.factors;
	}

	/** Adds the document, whose number is higher than all before. */
	add(doc: number, values: string[]): void {
		const { touched } = this;
		let [length, total] = [0, 0];
		const from = this.used;
		for (let i = 0; i < values.length; i++) {
			if (i > 0) this.place(BETWEEN);
			for (const token of this.field.analyzer.analyze(values[i]!)) {
				if (token === null) {
					this.place(HOLE);
					continue;
				}
				this.count(token);
				length++;
				total += typeof token === "string" ? 1 : token.length;
			}
		}
		if (this.field.positions) {
			this.starts[doc * 2] = from;
			this.starts[doc * 2 + 1] = this.used;
		}
		this.lengths[doc] = total + 1;
		if (length === 0) return;
		for (const term of touched) {
			const posting = (doc << COUNT_BITS) | Math.min(term.count, COUNT_MASK);
			term.count = 0;
			const known = term.postings[this.slot];
			if (known === undefined) term.postings[this.slot] = [posting];
			// V8 gives an array that is pushed to room for 17 more, and most terms are rare.
			else if (known.length < 4) term.postings[this.slot] = [...known, posting];
			else known.push(posting);
		}
		touched.length = 0;
		this.norms[doc] = lengthToByte(length);
		this.documents++;
		this.totalLength += total;
	}

	has(doc: number): boolean {
		return this.lengths[doc]! > 0;
	}

	/** How often the terms stand in a row in the document; HOLE stands for any one. */
	phrases(doc: number, ids: Int32Array): number {
		const end = this.starts[doc * 2 + 1]! - ids.length;
		let found = 0;
		for (let at = this.starts[doc * 2]!; at <= end; at++) {
			let n = 0;
			while (n < ids.length && (ids[n] === HOLE ? this.sequence[at + n] !== BETWEEN : this.sequence[at + n] === ids[n]))
				n++;
			if (n === ids.length) found++;
		}
		return found;
	}

	/** The same index over the documents that `targets` moves; the terms' postings are moved by the dictionary's owner. */
	moved(targets: Int32Array, capacity: number): TextIndex {
		const to = new TextIndex(this.field, this.dictionary, this.slot, capacity);
		for (let doc = 0; doc < targets.length; doc++) {
			const target = targets[doc]!;
			if (target < 0) continue;
			to.norms[target] = this.norms[doc]!;
			to.lengths[target] = this.lengths[doc]!;
			if (this.lengths[doc]! > 1) {
				to.documents++;
				to.totalLength += this.lengths[doc]! - 1;
			}
			if (!this.field.positions) continue;
			const [from, end] = [this.starts[doc * 2]!, this.starts[doc * 2 + 1]!];
			to.reserve(end - from);
			to.sequence.set(this.sequence.subarray(from, end), to.used);
			to.starts[target * 2] = to.used;
			to.used += end - from;
			to.starts[target * 2 + 1] = to.used;
		}
		return to;
	}

	private count(token: string | string[]): void {
		if (typeof token === "string") this.place(this.touch(token).id);
		else {
			this.place(HOLE);
			for (const text of token) this.touch(text);
		}
	}

	private touch(text: string): Term {
		const term = this.dictionary.add(text);
		if (term.count++ === 0) this.touched.push(term);
		return term;
	}

	private place(id: number): void {
		if (!this.field.positions) return;
		this.reserve(1);
		this.sequence[this.used++] = id;
	}

	private reserve(more: number): void {
		if (this.used + more > this.sequence.length)
			this.sequence = grown(this.sequence, new Int32Array(Math.max(1024, this.sequence.length * 2, this.used + more)));
	}
}

export function grown<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
	to.set(from as never);
	return to;
}
