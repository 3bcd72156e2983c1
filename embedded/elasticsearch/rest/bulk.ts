import { type Json, object, text } from "../body.ts";
import { ElasticError, illegal, unsupported } from "../errors.ts";
import type { Indices } from "../index/indices.ts";
import type { Written } from "../index/versioned-index.ts";
import { guardOf, lines, ok, parse, type RestAnswer, type RestRequest, written } from "./request.ts";
import { update } from "./update.ts";

const META = [
	"_index",
	"_id",
	"version",
	"version_type",
	"if_seq_no",
	"if_primary_term",
	"require_alias",
	"retry_on_conflict",
];
const STATUS = { created: 201, updated: 200, deleted: 200, not_found: 404, noop: 200 };

/** `_bulk`: each item succeeds or fails by itself. */
export function bulk(
	indices: Indices,
	request: RestRequest,
	target: string | undefined,
	makeId: () => string,
): RestAnswer {
	const started = performance.now();
	const rows = lines(request.body);
	const items: Json[] = [];
	let errors = false;
	for (let at = 0; at < rows.length; at++) {
		if (rows[at] === "") continue;
		const action = object(parse(rows[at]!), "bulk action");
		const kind = Object.keys(action)[0]!;
		if (kind !== "index" && kind !== "create" && kind !== "update" && kind !== "delete")
			throw illegal(
				`Malformed action/metadata line [${at + 1}], expected one of [create, delete, index, update] but found [${kind}]`,
			);
		const meta = object(action[kind], kind);
		for (const key in meta) if (!META.includes(key)) throw unsupported(`bulk ${kind} ${key}`);
		const source = kind === "delete" ? "" : rows[++at];
		if (source === undefined) throw illegal(`The bulk request has no source for the last action [${kind}]`);
		const name = meta._index === undefined ? target : text(meta._index, "_index");
		if (name === undefined) throw illegal("an index is missing;");
		const id = meta._id === undefined ? undefined : text(meta._id, "_id");
		try {
			const done = apply(
				indices,
				kind,
				name,
				id ?? (kind === "index" || kind === "create" ? makeId() : needId(kind)),
				meta,
				source,
			);
			items.push({ [kind]: { ...written(indices.one(name).name, done), status: STATUS[done.result] } });
		} catch (error) {
			if (!(error instanceof ElasticError)) throw error;
			errors = true;
			items.push({
				[kind]: {
					_index: indices.byName.has(name) ? name : (indices.withAlias(name)[0]?.name ?? name),
					_id: id ?? null,
					status: error.status,
					error: error.described(),
				},
			});
		}
	}
	return ok({ errors, took: Math.floor(performance.now() - started), items });
}

function apply(indices: Indices, kind: string, name: string, id: string, meta: Json, source: string): Written {
	const index = indices.one(name);
	const guard = guardOf((key) => meta[key]);
	if (kind === "delete") return index.delete(id, guard);
	const document = object(parse(source), "source");
	if (kind === "update") return update(index, id, document, guard).written;
	return index.index(id, document, source, { ...guard, create: kind === "create" });
}

function needId(kind: string): never {
	throw illegal(`an id must be provided if bulk ${kind} is used;`);
}
