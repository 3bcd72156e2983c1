import type { Wanted } from "../bson/decode.ts";
import { encodeKey } from "../bson/key.ts";
import type { Doc } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import { compileFilter, type Filter } from "../query/filter.ts";
import { path } from "../query/path.ts";
import { indexKeys } from "./keys-of.ts";

/** An index of a collection; its entries are the table `x<id>`. */
export class Index {
	readonly id: number;
	/** The specification as `listIndexes` answers it. */
	readonly spec: Doc;
	readonly name: string;
	readonly table: string;
	readonly fields: readonly string[];
	readonly paths: readonly (readonly string[])[];
	readonly directions: readonly (1 | -1)[];
	readonly unique: boolean;
	readonly sparse: boolean;
	readonly partial: Filter | undefined;
	/** For a TTL index: after how many seconds a document goes. */
	readonly expireAfterSeconds: number | undefined;
	/** What of a document decides about its entries; undefined when anything may. */
	readonly wanted: Wanted | undefined;
	/** For each field: has any document an array on its path? Never goes back to false. */
	arrays: boolean[];

	constructor(id: number, spec: Doc, arrays?: boolean[]) {
		this.id = id;
		this.spec = spec;
		this.name = spec.name as string;
		this.table = `x${id}`;
		const key = spec.key as Doc;
		this.fields = Object.keys(key);
		this.paths = this.fields.map((field) => path(field).parts);
		this.directions = this.fields.map((field) => (Number(key[field]) < 0 ? -1 : 1));
		this.unique = spec.unique === true;
		this.sparse = spec.sparse === true;
		this.partial = spec.partialFilterExpression ? compileFilter(spec.partialFilterExpression as Doc) : undefined;
		this.expireAfterSeconds = spec.expireAfterSeconds === undefined ? undefined : Number(spec.expireAfterSeconds);
		const partial = this.partial?.fields;
		this.wanted = this.partial && !partial ? undefined : wantedOf(this.paths, partial ?? []);
		this.arrays = arrays ?? this.fields.map(() => false);
	}

	/** The document's entries, without repeats. `grew` tells that an array was seen where none had been. */
	entries(doc: Doc): { keys: Buffer[]; rows: unknown[][]; grew: boolean } {
		if (this.partial && !this.partial.test(doc)) return { keys: [], rows: [], grew: false };
		const { rows, arrays } = indexKeys(doc, this.paths);
		if (this.sparse && rows.every((row) => row.every((value) => value === undefined)))
			return { keys: [], rows: [], grew: false };
		let grew = false;
		arrays.forEach((is, i) => {
			if (is && !this.arrays[i]) {
				this.arrays[i] = true;
				grew = true;
			}
		});
		if (rows.length === 1) return { keys: [encodeKey(rows[0]!, this.directions)], rows, grew };
		const seen = new Set<string>();
		const texts = new Set<string>();
		const keys: Buffer[] = [];
		const kept: unknown[][] = [];
		for (const row of rows) {
			// Most repeats are the same text, which is cheaper to compare than to encode.
			if (row.length === 1 && typeof row[0] === "string") {
				if (texts.has(row[0])) continue;
				texts.add(row[0]);
			}
			const key = encodeKey(row, this.directions);
			const text = key.latin1Slice(0, key.length);
			if (seen.has(text)) continue;
			seen.add(text);
			keys.push(key);
			kept.push(row);
		}
		return { keys, rows: kept, grew };
	}

	/** Can a change of these fields change the entries? */
	isTouched(fields: ReadonlySet<string> | undefined): boolean {
		if (fields === undefined || this.wanted === undefined) return true;
		for (const field of this.wanted.keys()) if (fields.has(field)) return true;
		return false;
	}

	/** The error of a second document with the same key. */
	duplicate(namespace: string, row: readonly unknown[]): MongoError {
		const keyValue: Doc = {};
		this.fields.forEach((field, i) => {
			const value = row[i];
			keyValue[field] = value === undefined || typeof value === "symbol" ? null : value;
		});
		return duplicateKey(namespace, this.name, this.spec.key as Doc, keyValue);
	}
}

/** The tree of some paths, and of fields that are wanted whole. */
function wantedOf(paths: readonly (readonly string[])[], whole: Iterable<string>): Wanted {
	type Tree = Map<string, Tree | null>;
	const root: Tree = new Map();
	for (const parts of [...paths, ...[...whole].map((name) => [name])]) {
		let tree = root;
		for (const [depth, name] of parts.entries()) {
			const known = tree.get(name);
			if (known === null) break;
			const below: Tree | null = depth === parts.length - 1 ? null : (known ?? new Map());
			tree.set(name, below);
			if (below) tree = below;
		}
	}
	return root;
}

/** Code 11000 as MongoDB words it, with `keyPattern` and `keyValue`. */
export function duplicateKey(namespace: string, name: string, keyPattern: Doc, keyValue: Doc): MongoError {
	const values = Object.entries(keyValue).map(([field, value]) => `${field}: ${show(value)}`);
	return new MongoError(
		11000,
		"DuplicateKey",
		`E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${values.join(", ")} }`,
		{ keyPattern, keyValue },
	);
}

function show(value: unknown): string {
	if (typeof value === "string") return JSON.stringify(value);
	if (value instanceof Date) return `new Date(${value.getTime()})`;
	if (value !== null && typeof value === "object" && "toHexString" in value)
		return `ObjectId('${(value as { toHexString(): string }).toHexString()}')`;
	if (value !== null && typeof value === "object" && !("_bsontype" in value))
		return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? Number(item) : item));
	return String(value);
}
