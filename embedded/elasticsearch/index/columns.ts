/** The values of one numeric field by document (dates as milliseconds, booleans as 0 and 1). */
export class NumberColumn {
	/** The only or the smallest value; NaN where there is none. */
	values: Float64Array;
	/** All values, in order, of the documents that have several. */
	readonly many = new Map<number, number[]>();

	constructor(capacity: number) {
		this.values = new Float64Array(capacity).fill(Number.NaN);
	}

	grow(capacity: number): void {
		const values = new Float64Array(capacity).fill(Number.NaN);
		values.set(this.values);
		this.values = values;
	}

	set(doc: number, values: number[]): void {
		if (this.many.size > 0) this.many.delete(doc);
		if (values.length > 1) {
			values.sort((a, b) => a - b);
			this.many.set(doc, values);
		}
		this.values[doc] = values.length === 0 ? Number.NaN : values[0]!;
	}

	has(doc: number): boolean {
		return !Number.isNaN(this.values[doc]!);
	}

	all(doc: number): number[] {
		return this.many.get(doc) ?? (this.has(doc) ? [this.values[doc]!] : []);
	}

	max(doc: number): number {
		return this.many.get(doc)?.at(-1) ?? this.values[doc]!;
	}

	some(doc: number, wanted: (value: number) => boolean): boolean {
		const several = this.many.size === 0 ? undefined : this.many.get(doc);
		if (several) return several.some(wanted);
		const value = this.values[doc]!;
		return !Number.isNaN(value) && wanted(value);
	}

	moved(targets: Int32Array, capacity: number): NumberColumn {
		const to = new NumberColumn(capacity);
		for (let doc = 0; doc < targets.length; doc++) if (targets[doc]! >= 0) to.values[targets[doc]!] = this.values[doc]!;
		for (const [doc, values] of this.many) if (targets[doc]! >= 0) to.many.set(targets[doc]!, values);
		return to;
	}
}

const NONE = -1;
const SEVERAL = -2;

/** The values of one keyword field by document, as numbers that stand for the strings. */
export class KeywordColumn {
	ordinals: Int32Array;
	readonly many = new Map<number, Int32Array>();
	readonly names: string[] = [];
	private readonly lookup = new Map<string, number>();

	constructor(capacity: number) {
		this.ordinals = new Int32Array(capacity).fill(NONE);
	}

	grow(capacity: number): void {
		const ordinals = new Int32Array(capacity).fill(NONE);
		ordinals.set(this.ordinals);
		this.ordinals = ordinals;
	}

	set(doc: number, values: string[]): void {
		if (this.many.size > 0) this.many.delete(doc);
		if (values.length < 2) {
			this.ordinals[doc] = values.length === 0 ? NONE : this.ordinalFor(values[0]!);
			return;
		}
		const distinct = [...new Set(values)].sort().map((value) => this.ordinalFor(value));
		this.ordinals[doc] = distinct.length === 1 ? distinct[0]! : SEVERAL;
		if (distinct.length > 1) this.many.set(doc, Int32Array.from(distinct));
	}

	/** The number of the value, or -1 if no document ever had it. */
	ordinal(value: string): number {
		return this.lookup.get(value) ?? NONE;
	}

	has(doc: number): boolean {
		return this.ordinals[doc] !== NONE;
	}

	/** Calls `visit` for each ordinal of the document. */
	each(doc: number, visit: (ordinal: number) => void): void {
		const ordinal = this.ordinals[doc]!;
		if (ordinal >= 0) visit(ordinal);
		else if (ordinal === SEVERAL) for (const one of this.many.get(doc)!) visit(one);
	}

	/** The first (or last) value in order, or null. */
	edge(doc: number, last: boolean): string | null {
		const ordinal = this.ordinals[doc]!;
		if (ordinal >= 0) return this.names[ordinal]!;
		const several = ordinal === SEVERAL ? this.many.get(doc)! : null;
		return several === null ? null : this.names[several[last ? several.length - 1 : 0]!]!;
	}

	/** Marks in `bits` every document that has one of the `wanted` ordinals. */
	mark(bits: Uint8Array, max: number, wanted: (ordinal: number) => boolean): void {
		const { ordinals } = this;
		for (let doc = 0; doc < max; doc++) {
			const ordinal = ordinals[doc]!;
			if (ordinal >= 0 && wanted(ordinal)) bits[doc] = 1;
		}
		for (const [doc, several] of this.many) if (several.some(wanted)) bits[doc] = 1;
	}

	moved(targets: Int32Array, capacity: number): KeywordColumn {
		const to = new KeywordColumn(capacity);
		for (let doc = 0; doc < targets.length; doc++) {
			if (targets[doc]! < 0) continue;
			const values: string[] = [];
			this.each(doc, (ordinal) => values.push(this.names[ordinal]!));
			to.set(targets[doc]!, values);
		}
		return to;
	}

	private ordinalFor(value: string): number {
		let ordinal = this.lookup.get(value);
		if (ordinal === undefined) {
			ordinal = this.names.length;
			this.names.push(value);
			this.lookup.set(value, ordinal);
		}
		return ordinal;
	}
}
