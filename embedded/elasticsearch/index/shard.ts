import type { Json } from "../body.ts";
import { Scratch } from "../query/scratch.ts";
import { KeywordColumn, NumberColumn } from "./columns.ts";
import { type Values, valuesOf } from "./documents.ts";
import type { Field, Mapping } from "./mapping.ts";
import { Dictionary, grown, TextIndex } from "./text-index.ts";

const FIRST_CAPACITY = 256;
const MOST_DEAD = 1_000;

/** All documents of an index: sources as JSON text, an inverted index for text, columns for everything else. */
export class Shard {
	mapping: Mapping;
	/** How many numbers are given, of dead documents too. */
	max = 0;
	ids: string[] = [];
	sources: string[] = [];
	live = new Uint8Array(FIRST_CAPACITY);
	scratch = new Scratch(FIRST_CAPACITY);
	/** By a field's id. */
	columns: (NumberColumn | KeywordColumn | undefined)[] = [];
	texts: (TextIndex | undefined)[] = [];
	private readonly numbers = new Map<string, number>();
	private readonly dictionaries = new Map<string, Dictionary>();
	private readonly slots = new Map<Dictionary, number>();

	constructor(mapping: Mapping) {
		this.mapping = mapping;
		for (const field of mapping.list) this.open(field);
	}

	get size(): number {
		return this.numbers.size;
	}

	/** The number of the document, or undefined. */
	find(id: string): number | undefined {
		return this.numbers.get(id);
	}

	/** Stores `source` as it is. All of `document` is checked before anything is changed. */
	put(id: string, document: Json, source: string): void {
		const values = valuesOf(this.mapping, document, id);
		const known = this.numbers.get(id);
		// Most changes of a shop's product are of prices, stock and ratings: the text stays where it is.
		if (known !== undefined && this.sameText(known, values, id)) {
			this.sources[known] = source;
			this.setColumns(known, values);
			return;
		}
		if (known !== undefined) this.bury(known);
		if (this.max === this.live.length) this.makeRoom();
		const doc = this.max++;
		this.numbers.set(id, doc);
		this.ids[doc] = id;
		this.sources[doc] = source;
		this.live[doc] = 1;
		this.setColumns(doc, values);
		for (const text of this.texts) {
			const own = text && values[text.field.id];
			if (own !== undefined) text!.add(doc, own as string[]);
		}
	}

	remove(id: string): boolean {
		const doc = this.numbers.get(id);
		if (doc === undefined) return false;
		this.numbers.delete(id);
		this.bury(doc);
		return true;
	}

	private bury(doc: number): void {
		this.live[doc] = 0;
		this.sources[doc] = "";
	}

	/** Takes a mapping with more fields; documents stored before do not have them. */
	extend(mapping: Mapping): void {
		this.mapping = mapping;
		for (const field of mapping.list.slice(this.columns.length)) this.open(field);
	}

	private open(field: Field): void {
		const capacity = this.live.length;
		if (field.type === "keyword") this.columns[field.id] = new KeywordColumn(capacity);
		else if (field.type !== "text") this.columns[field.id] = new NumberColumn(capacity);
		else {
			this.columns[field.id] = undefined;
			const { name } = field.analyzer;
			const dictionary = this.dictionaries.get(name) ?? new Dictionary(name);
			this.dictionaries.set(name, dictionary);
			const slot = this.slots.get(dictionary) ?? 0;
			this.slots.set(dictionary, slot + 1);
			this.texts[field.id] = new TextIndex(field, dictionary, slot, capacity);
		}
	}

	private setColumns(doc: number, values: Values): void {
		for (let id = 0; id < this.columns.length; id++) this.columns[id]?.set(doc, (values[id] ?? []) as never);
	}

	private sameText(doc: number, values: Values, id: string): boolean {
		const before = valuesOf(this.mapping, JSON.parse(this.sources[doc]!), id);
		for (const text of this.texts) {
			if (text === undefined) continue;
			const [now, was] = [values[text.field.id], before[text.field.id]];
			if (now?.length !== was?.length) return false;
			if (now?.some((value, i) => value !== was![i])) return false;
		}
		return true;
	}

	private makeRoom(): void {
		if (this.max - this.size > Math.max(MOST_DEAD, this.size / 4)) {
			this.compact();
			return;
		}
		const capacity = this.live.length * 2;
		this.live = grown(this.live, new Uint8Array(capacity));
		this.scratch = new Scratch(capacity);
		for (const column of this.columns) column?.grow(capacity);
		for (const text of this.texts) text?.grow(capacity);
	}

	/** Leaves the dead documents out and numbers the others anew, in their order. */
	private compact(): void {
		const capacity = this.live.length;
		const targets = new Int32Array(this.max).fill(-1);
		let next = 0;
		for (let doc = 0; doc < this.max; doc++) if (this.live[doc] === 1) targets[doc] = next++;
		for (const dictionary of this.dictionaries.values()) dictionary.move(targets);
		this.columns = this.columns.map((column) => column?.moved(targets, capacity));
		this.texts = this.texts.map((text) => text?.moved(targets, capacity));
		this.ids = this.ids.filter((_, doc) => targets[doc]! >= 0);
		this.sources = this.sources.filter((_, doc) => targets[doc]! >= 0);
		this.numbers.clear();
		for (const [doc, id] of this.ids.entries()) this.numbers.set(id, doc);
		this.live.fill(0).fill(1, 0, next);
		this.max = next;
	}
}
