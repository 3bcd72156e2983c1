import { encodeKey } from "../bson/key.ts";
import { type Doc, isDocument } from "../bson/types.ts";
import { BadValue, NotSupported } from "../errors.ts";
import { indexKeys } from "../store/keys-of.ts";
import { path } from "./path.ts";

/** A parsed sort: each field with its direction. */
export type Sort = { fields: readonly { name: string; direction: 1 | -1 }[]; natural: 1 | -1 | 0 };

/** Reads `{ a: 1, b: -1 }`. An empty one is undefined. */
export function parseSort(source: unknown): Sort | undefined {
	if (source === undefined || source === null) return undefined;
	if (!isDocument(source)) throw new BadValue("Illegal sort: it is not a document");
	const fields: { name: string; direction: 1 | -1 }[] = [];
	for (const name of Object.keys(source)) {
		const value = source[name];
		if (isDocument(value)) throw new NotSupported("a $meta sort");
		const number = Number(value);
		if (number !== 1 && number !== -1)
			throw new BadValue(
				`Illegal sort value for '${name}': $sort key ordering must be 1 (for ascending) or -1 (for descending)`,
			);
		fields.push({ name, direction: number });
	}
	if (fields.length === 0) return undefined;
	if (fields[0]!.name === "$natural") return { fields: [], natural: fields[0]!.direction };
	return { fields, natural: 0 };
}

/** The bytes by which a document is sorted: of an array the smallest element ascending, the largest descending. */
export function sortKey(doc: unknown, { fields }: Sort): Buffer {
	if (fields.length === 1) return fieldKey(doc, fields[0]!.name, fields[0]!.direction);
	return Buffer.concat(fields.map(({ name, direction }) => fieldKey(doc, name, direction)));
}

function fieldKey(doc: unknown, name: string, direction: 1 | -1): Buffer {
	const { rows } = indexKeys(doc, [path(name).parts]);
	let least: Buffer | undefined;
	for (const row of rows) {
		const key = encodeKey(row, [direction]);
		if (least === undefined || Buffer.compare(key, least) < 0) least = key;
	}
	return least!;
}

/** Sorts documents that are already in memory, keeping the order of equal ones. */
export function sortDocs(docs: Doc[], sort: Sort): Doc[] {
	const keyed = docs.map((doc) => ({ doc, key: sortKey(doc, sort) }));
	return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ doc }) => doc);
}

/** Keeps the first `most` of all that is added, in order; equal keys in the order of their coming. */
export class Sorter<T> {
	readonly #most: number;
	#items: { key: Buffer; n: number; item: T }[] = [];
	#count = 0;
	#bar: Buffer | undefined;

	constructor(most: number) {
		this.#most = most;
	}

	add(key: Buffer, item: T): void {
		if (this.#bar !== undefined && Buffer.compare(key, this.#bar) >= 0) return;
		this.#items.push({ key, n: this.#count++, item });
		if (this.#items.length >= this.#most * 2 + 64) this.#trim();
	}

	#trim(): void {
		this.#items.sort((a, b) => Buffer.compare(a.key, b.key) || a.n - b.n);
		if (this.#items.length > this.#most) this.#items.length = this.#most;
		if (this.#items.length === this.#most) this.#bar = this.#items.at(-1)?.key;
	}

	done(): T[] {
		this.#trim();
		return this.#items.map(({ item }) => item);
	}
}
