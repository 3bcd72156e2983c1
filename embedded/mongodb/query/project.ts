import { compileExpression } from "../aggregate/expression.ts";
import { decode } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import { copyFields } from "../bson/raw.ts";
import { type Doc, getField, isDocument, isNumeric, setField, truthy } from "../bson/types.ts";
import { BadValue, MongoError, NotSupported } from "../errors.ts";
import { matchedElement } from "../update/positional.ts";
import { compileFilter, type Filter } from "./filter.ts";

/** Makes the answer's document of a stored one. */
export type Projection = (doc: Doc) => Doc;

/**
 * The projection of a find on the bytes of stored documents. One that names whole fields copies them unread. Undefined when the
 * whole document goes out.
 */
export function compileByteProjection(
	source: unknown,
	query: Filter,
	variables?: Doc,
): ((bytes: Buffer) => Buffer) | undefined {
	const project = compileProjection(source, query, variables);
	if (!project) return undefined;
	const plain = wholeFields(source as Doc);
	return plain ? (bytes) => copyFields(bytes, plain.names, plain.keep) : (bytes) => encode(project(decode(bytes)));
}

/** The fields of a projection that keeps or drops whole ones. */
function wholeFields(source: Doc): { names: ReadonlySet<string>; keep: boolean } | undefined {
	const names = new Set<string>();
	let keep: boolean | undefined;
	for (const [name, value] of Object.entries(source)) {
		if (!isFlag(value) || name.includes(".")) return undefined;
		if (name === "_id") continue;
		keep = truthy(value);
		names.add(name);
	}
	const withId = source._id === undefined || truthy(source._id);
	keep ??= withId;
	if (withId === keep) names.add("_id");
	return { names, keep };
}

type Tree = Map<string, Tree | Leaf>;
type Leaf = { keep: boolean } | { compute: (doc: Doc, value: unknown) => unknown };

const isLeaf = (node: Tree | Leaf | undefined): node is Leaf => node !== undefined && !(node instanceof Map);

/**
 * Compiles the projection of a find (`positional` given) or of a `$project`. Undefined when it is empty, so that the whole document goes
 * out. Throws as MongoDB does when including and excluding are mixed.
 */
export function compileProjection(source: unknown, query?: Filter, variables?: Doc): Projection | undefined {
	if (source === undefined || source === null) return undefined;
	if (!isDocument(source)) throw new BadValue("a projection must be a document");
	if (Object.keys(source).length === 0) return undefined;
	const tree: Tree = new Map();
	const modes = { keeps: 0, drops: 0, positional: undefined as string[] | undefined };
	let id: boolean | undefined;
	for (const [name, value] of entriesOf(source, "")) {
		if (name === "_id" && isFlag(value)) {
			id = truthy(value);
			continue;
		}
		if (name.endsWith(".$")) {
			if (!query) throw new BadValue("a positional projection is for find only");
			modes.positional = name.slice(0, -2).split(".");
			modes.keeps++;
			add(tree, modes.positional, { keep: true });
			continue;
		}
		add(tree, name.split("."), leafOf(name, value, modes, query, variables));
	}
	if (modes.keeps > 0 && modes.drops > 0)
		throw new MongoError(31254, "Location31254", "Cannot do inclusion and exclusion in one projection");
	const including = modes.keeps > 0 || (modes.drops === 0 && (id === true || (tree.size > 0 && !query)));
	if (id !== undefined && !(including && id)) tree.set("_id", { keep: id });
	if (including && id !== false && !tree.has("_id")) tree.set("_id", { keep: true });
	const { positional } = modes;
	return (doc) => {
		const result = including ? include(doc, tree, doc) : exclude(doc, tree, doc);
		return positional ? onlyMatched(doc, result, positional, query!) : result;
	};
}

const isFlag = (value: unknown) => typeof value === "boolean" || isNumeric(value);

// `{ a: { b: 1 } }` means `{ "a.b": 1 }` unless it is an expression.
function* entriesOf(source: Doc, prefix: string): Generator<[string, unknown]> {
	for (const name of Object.keys(source)) {
		const value = source[name];
		if (name === "") throw new BadValue("FieldPath must not be an empty string");
		if (isDocument(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]!.startsWith("$"))
			yield* entriesOf(value, `${prefix}${name}.`);
		else yield [prefix + name, value];
	}
}

type Modes = { keeps: number; drops: number };

function leafOf(name: string, value: unknown, modes: Modes, query: Filter | undefined, variables?: Doc): Leaf {
	if (isFlag(value)) {
		if (truthy(value)) modes.keeps++;
		else modes.drops++;
		return { keep: truthy(value) };
	}
	if (query && isDocument(value)) {
		if ("$slice" in value && (!Array.isArray(value.$slice) || value.$slice.every(isNumeric)))
			return { compute: slice(value.$slice) };
		if ("$elemMatch" in value) {
			modes.keeps++;
			const { test } = compileFilter({ item: { $elemMatch: value.$elemMatch } });
			return {
				compute: (_doc, list) => {
					const found = Array.isArray(list) ? list.find((item) => test({ item: [item] })) : undefined;
					return found === undefined ? undefined : [found];
				},
			};
		}
		if ("$meta" in value) throw new NotSupported("the projection $meta");
	}
	if (name.includes("$")) throw new BadValue(`FieldPath field names may not start with '$': ${name}`);
	modes.keeps++;
	const compute = compileExpression(value, variables);
	return { compute: (doc) => compute(doc) };
}

function slice(spec: unknown): (doc: Doc, value: unknown) => unknown {
	const [from, count] = Array.isArray(spec)
		? spec.map(Number)
		: Number(spec) < 0
			? [Number(spec), undefined]
			: [0, Number(spec)];
	if (from === undefined || (count !== undefined && count < 0)) throw new BadValue("$slice limit must be positive");
	return (_doc, value) => {
		if (!Array.isArray(value)) return value;
		const start = from < 0 ? Math.max(0, value.length + from) : from;
		return value.slice(start, count === undefined ? undefined : start + count);
	};
}

function add(tree: Tree, parts: string[], leaf: Leaf): void {
	let node = tree;
	for (let i = 0; i < parts.length - 1; i++) {
		const next = node.get(parts[i]!);
		if (isLeaf(next)) throw collision(parts);
		const child = next ?? (new Map() as Tree);
		node.set(parts[i]!, child);
		node = child as Tree;
	}
	const last = parts.at(-1)!;
	if (node.has(last)) throw collision(parts);
	node.set(last, leaf);
}

const collision = (parts: string[]) => new MongoError(31250, "Location31250", `Path collision at ${parts.join(".")}`);

function include(doc: Doc, tree: Tree, root: Doc): Doc {
	const result: Doc = {};
	for (const name of Object.keys(doc)) {
		const node = tree.get(name);
		if (node === undefined) continue;
		if (!isLeaf(node)) {
			const value = within(getField(doc, name), node, root, include);
			if (value !== undefined) setField(result, name, value);
		} else if ("keep" in node) {
			if (node.keep) setField(result, name, doc[name]);
		}
	}
	for (const [name, node] of tree) {
		if (isLeaf(node) && "compute" in node) {
			const value = node.compute(root, getField(doc, name));
			if (value !== undefined) setField(result, name, value);
		} else if (!isLeaf(node) && !Object.hasOwn(result, name) && computes(node))
			setField(result, name, include({}, node, root));
	}
	return result;
}

const computes = (tree: Tree): boolean =>
	[...tree.values()].some((node) => (isLeaf(node) ? "compute" in node : computes(node)));

function exclude(doc: Doc, tree: Tree, root: Doc): Doc {
	const result: Doc = {};
	for (const name of Object.keys(doc)) {
		const node = tree.get(name);
		if (node === undefined) setField(result, name, doc[name]);
		else if (!isLeaf(node)) setField(result, name, within(getField(doc, name), node, root, exclude) ?? doc[name]);
		else if ("compute" in node) {
			const value = node.compute(root, doc[name]);
			if (value !== undefined) setField(result, name, value);
		} else if (node.keep) setField(result, name, doc[name]);
	}
	return result;
}

// Inclusion of `a.b` drops an `a` that is no document; exclusion leaves it.
function within(value: unknown, tree: Tree, root: Doc, each: (doc: Doc, tree: Tree, root: Doc) => Doc): unknown {
	if (isDocument(value)) return each(value, tree, root);
	if (!Array.isArray(value)) return undefined;
	const items = value.map((item) =>
		isDocument(item) || Array.isArray(item) ? within(item, tree, root, each) : each === exclude ? item : undefined,
	);
	return items.filter((item) => item !== undefined);
}

function onlyMatched(doc: Doc, result: Doc, parts: string[], query: Filter): Doc {
	const index = matchedElement(doc, parts, query);
	if (index === undefined)
		throw new MongoError(
			51246,
			"Location51246",
			"Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
		);
	let holder: Doc = result;
	for (const part of parts.slice(0, -1)) holder = holder[part] as Doc;
	const list = holder[parts.at(-1)!] as unknown[];
	setField(holder, parts.at(-1)!, [list[index]]);
	return result;
}
