import { type Json, object } from "../body.ts";
import { ElasticError, parsing, unsupported } from "../errors.ts";
import type { Guard, VersionedIndex, Written } from "../index/versioned-index.ts";

/** `_update` by a part of the document; scripts are refused. */
export function update(index: VersionedIndex, id: string, body: Json, guard: Guard): { written: Written } {
	const { doc, upsert, doc_as_upsert: asUpsert, detect_noop: detect, _source, ...rest } = body;
	for (const key in rest) throw unsupported(`update ${key}`);
	if (_source !== undefined) throw unsupported("update _source");
	const stored = index.source(id);
	if (stored === undefined) {
		const created = asUpsert === true ? doc : upsert;
		if (created === undefined)
			throw new ElasticError(404, "document_missing_exception", `[${id}]: document missing`, {
				index_uuid: index.uuid,
				shard: "0",
				index: index.name,
			});
		const document = object(created, "upsert");
		return { written: index.index(id, document, JSON.stringify(document), guard) };
	}
	if (doc === undefined) throw parsing("[doc] is missing, and scripts are not supported by the embedded server");
	const merged = merge(JSON.parse(stored) as Json, object(doc, "doc"));
	const source = JSON.stringify(merged);
	if (detect !== false && source === JSON.stringify(JSON.parse(stored)))
		return { written: { id, ...index.versions(id), result: "noop" } };
	return { written: index.index(id, merged, source, guard) };
}

/** Objects are merged, everything else is replaced. */
export function merge(into: Json, from: Json): Json {
	for (const [key, value] of Object.entries(from)) {
		const before = into[key];
		const both = isObject(before) && isObject(value);
		into[key] = both ? merge(before, value) : value;
	}
	return into;
}

function isObject(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
