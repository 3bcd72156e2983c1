import { type Doc, isDocument } from "../bson/types.ts";
import { BadValue, FailedToParse } from "../errors.ts";
import { compileFilter, type Filter } from "../query/filter.ts";
import { indexOf, path } from "../query/path.ts";
import { type Apply, checkRename, compileOperator, conflict, REMOVED } from "./operators.ts";
import { checkTraversable, locate, read, type Slot, write } from "./paths.ts";
import { compilePipeline } from "./pipeline.ts";
import { matchedElement } from "./positional.ts";

/**
 * A compiled update. `run` changes the document in place, or gives another one; `inserting` lets `$setOnInsert` act.
 * `touched` are the top-level fields that it may change, undefined when it may change all.
 */
export type Update = { run: (doc: Doc, inserting: boolean) => Doc; touched: ReadonlySet<string> | undefined };

type Change = { parts: readonly string[]; text: string; apply: Apply; onInsert: boolean; creates: boolean };

type Filters = Map<string, Filter>;

/** Compiles an update document, a replacement or a pipeline. */
export function compileUpdate(
	source: unknown,
	query: Filter,
	arrayFilters: unknown,
	multi: boolean,
	variables?: Doc,
): Update {
	if (Array.isArray(source)) return compilePipeline(source, variables);
	if (!isDocument(source)) throw new FailedToParse("Update argument must be either an object or an array");
	const names = Object.keys(source);
	if (names[0]?.[0] !== "$") {
		if (multi) throw new FailedToParse("multi update is not supported for replacement-style update");
		const wrong = names.find((name) => name[0] === "$");
		if (wrong)
			throw new FailedToParse(
				`The dollar ($) prefixed field '${wrong}' is not allowed in the context of an update's replacement document.`,
			);
		return {
			run: (doc) => ("_id" in source || !("_id" in doc) ? source : { _id: doc._id, ...source }),
			touched: undefined,
		};
	}
	return compileModifiers(source, query, readFilters(arrayFilters));
}

function readFilters(source: unknown): Filters {
	const filters: Filters = new Map();
	if (source === undefined || source === null) return filters;
	if (!Array.isArray(source)) throw new BadValue("arrayFilters must be an array");
	for (const one of source as Doc[]) {
		const identifiers = new Set(identifiersOf(one));
		if (identifiers.size !== 1)
			throw new FailedToParse("Error parsing array filter: expected a single top-level field name");
		const [name] = identifiers;
		if (filters.has(name!))
			throw new FailedToParse(`Found multiple array filters with the same top-level field name ${name}`);
		filters.set(name!, compileFilter(one));
	}
	return filters;
}

function identifiersOf(filter: Doc): string[] {
	return Object.entries(filter).flatMap(([name, value]) =>
		name[0] === "$" && Array.isArray(value) ? (value as Doc[]).flatMap(identifiersOf) : [name.split(".")[0]!],
	);
}

function compileModifiers(source: Doc, query: Filter, filters: Filters): Update {
	const changes: Change[] = [];
	const renames: { from: string; to: string }[] = [];
	const used = new Set<string>();
	for (const op of Object.keys(source)) {
		const fields = source[op];
		if (op[0] !== "$")
			throw new FailedToParse(
				`Unknown modifier: ${op}. Expected a valid update modifier or pipeline-style update specified as an array`,
			);
		if (!isDocument(fields)) throw new FailedToParse(`Modifiers operate on fields but we found another type for ${op}`);
		for (const text of Object.keys(fields)) {
			if (text === "") throw new BadValue("An empty update path is not valid.");
			if (op === "$rename") {
				renames.push({ from: text, to: checkRename(text, fields[text]) });
				continue;
			}
			const { parts } = path(text);
			for (const part of parts) {
				if (part[0] !== "$" || part === "$" || part === "$[]") continue;
				const identifier = /^\$\[(.+)\]$/.exec(part)?.[1];
				if (identifier === undefined) {
					if (parts.length === 1 || part !== "$id")
						throw new BadValue(
							`The dollar ($) prefixed field '${part}' in '${text}' is not allowed in the context of an update.`,
						);
					continue;
				}
				if (!filters.has(identifier))
					throw new BadValue(`No array filter found for identifier '${identifier}' in path '${text}'`);
				used.add(identifier);
			}
			const creates = op !== "$unset" && op !== "$pull" && op !== "$pullAll" && op !== "$pop";
			changes.push({
				parts,
				text,
				apply: compileOperator(op, text, fields[text]),
				onInsert: op === "$setOnInsert",
				creates,
			});
		}
	}
	for (const name of filters.keys())
		if (!used.has(name))
			throw new FailedToParse(`The array filter for identifier '${name}' was not used in the update`);
	checkConflicts([...changes.map(({ text }) => text), ...renames.flatMap(({ from, to }) => [from, to])]);
	changes.sort((a, b) => comparePaths(a.parts, b.parts));
	const touched = new Set([
		...changes.map(({ parts }) => parts[0]!),
		...renames.flatMap(({ from, to }) => [path(from).top, path(to).top]),
	]);
	const run = (doc: Doc, inserting: boolean) => {
		for (const { from, to } of renames) rename(doc, from, to);
		for (const change of changes) if (inserting || !change.onInsert) applyAt(doc, change, query, filters);
		return doc;
	};
	return { run, touched };
}

// New fields come in the order of their names, numbers by value.
function comparePaths(a: readonly string[], b: readonly string[]): number {
	for (let i = 0; i < a.length && i < b.length; i++) {
		if (a[i] === b[i]) continue;
		const [x, y] = [indexOf(a[i]!), indexOf(b[i]!)];
		return x >= 0 && y >= 0 ? x - y : a[i]! < b[i]! ? -1 : 1;
	}
	return a.length - b.length;
}

function checkConflicts(paths: string[]): void {
	if (paths.length < 2) return;
	const sorted = paths.toSorted();
	for (let i = 0; i < sorted.length; i++)
		for (let j = i + 1; j < sorted.length; j++) {
			const [a, b] = [sorted[i]!, sorted[j]!];
			if (a === b || b.startsWith(`${a}.`)) throw conflict(b, a);
		}
}

function applyAt(doc: Doc, { parts, text, apply, creates }: Change, query: Filter, filters: Filters): void {
	const positional = parts.findIndex((part) => part[0] === "$" && part !== "$id");
	if (positional < 0) {
		change(locate(doc, parts, creates), apply);
		return;
	}
	for (const resolved of expand(doc, parts, positional, query, filters, text))
		change(locate(doc, resolved, creates), apply);
}

function change(slot: Slot | undefined, apply: Apply): void {
	if (!slot) return;
	const value = apply(read(slot));
	if (value === undefined) return;
	if (value !== REMOVED) write(slot, value);
	else if (!Array.isArray(slot.parent)) delete slot.parent[slot.name];
	// Taking an element out by $unset leaves a null, so that the others keep their places.
	else if (read(slot) !== undefined) write(slot, null);
}

/** Replaces `$`, `$[]` and `$[name]` by the numbers of the elements they stand for. */
function* expand(
	doc: Doc,
	parts: readonly string[],
	at: number,
	query: Filter,
	filters: Filters,
	text: string,
): Generator<string[]> {
	const before = parts.slice(0, at);
	const slot = locate(doc, before, false);
	const list = slot && read(slot);
	const part = parts[at]!;
	if (part === "$") {
		const index = matchedElement(doc, before, query);
		if (index === undefined)
			throw new BadValue("The positional operator did not find the match needed from the query.");
		yield* finish(doc, [...before, String(index), ...parts.slice(at + 1)], at + 1, query, filters, text);
		return;
	}
	if (!Array.isArray(list))
		throw new BadValue(`The path '${before.join(".")}' must exist in the document in order to apply array updates.`);
	const name = part.slice(2, -1);
	const filter = name === "" ? undefined : filters.get(name);
	for (let i = 0; i < list.length; i++) {
		if (filter && !filter.test({ [name]: list[i] })) continue;
		yield* finish(doc, [...before, String(i), ...parts.slice(at + 1)], at + 1, query, filters, text);
	}
}

function* finish(
	doc: Doc,
	parts: string[],
	from: number,
	query: Filter,
	filters: Filters,
	text: string,
): Generator<string[]> {
	const next = parts.findIndex((part, i) => i >= from && part[0] === "$" && part !== "$id");
	if (next < 0) yield parts;
	else yield* expand(doc, parts, next, query, filters, text);
}

function rename(doc: Doc, from: string, to: string): void {
	const source = locate(doc, path(from).parts, false);
	const value = source && read(source);
	if (!source) checkTraversable(doc, path(from).parts);
	if (!source || value === undefined) return;
	if (Array.isArray(source.parent)) throw new BadValue(`The source field cannot be an array element, '${from}'`);
	delete source.parent[source.name];
	const target = locate(doc, path(to).parts, true)!;
	if (Array.isArray(target.parent)) throw new BadValue(`The destination field cannot be an array element, '${to}'`);
	delete target.parent[target.name];
	write(target, value);
}
