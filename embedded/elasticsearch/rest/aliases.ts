import { type Json, list, object, single, text } from "../body.ts";
import { ElasticError, unsupported } from "../errors.ts";
import { aliasOf, type Indices, wildcard } from "../index/indices.ts";
import type { VersionedIndex } from "../index/versioned-index.ts";

/** `POST _aliases`: all actions or none, so that a search sees the index before or the one after. */
export function changeAliases(indices: Indices, body: Json): void {
	for (const key in body) if (key !== "actions") throw unsupported(`_aliases ${key}`);
	const steps = list(body.actions ?? []).flatMap((action) => {
		const [kind, entry] = single(action, "actions");
		return stepsOf(indices, kind, object(entry, kind));
	});
	for (const step of steps) step();
}

function stepsOf(indices: Indices, kind: string, spec: Json): (() => void)[] {
	const { index, indices: several, alias, aliases, must_exist: mustExist, ...options } = spec;
	const found = list(index ?? several ?? []).flatMap((name) => indices.all(text(name, "index")));
	if (kind === "remove_index") return found.map((one) => () => indices.byName.delete(one.name));
	const names = list(alias ?? aliases ?? []).map((name) => text(name, "alias"));
	if (kind === "add") return found.flatMap((one) => names.map((name) => adding(indices, one, name, options)));
	if (kind !== "remove") throw unsupported(`alias action ${kind}`);
	const steps: (() => void)[] = [];
	for (const name of names) {
		const matches = wildcard(name);
		const before = steps.length;
		for (const one of found)
			for (const known of one.aliases.keys()) if (matches(known)) steps.push(() => one.aliases.delete(known));
		if (steps.length === before && mustExist !== false)
			throw new ElasticError(404, "aliases_not_found_exception", `aliases [${name}] missing`, {
				"resource.type": "aliases",
				"resource.id": name,
			});
	}
	return steps;
}

function adding(indices: Indices, index: VersionedIndex, name: string, options: Json): () => void {
	if (indices.byName.has(name))
		throw new ElasticError(
			400,
			"invalid_alias_name_exception",
			`Invalid alias name [${name}]: an index or data stream exists with the same name as the alias`,
			{ index: name },
		);
	const spec = aliasOf(name, options);
	return () => index.aliases.set(name, spec);
}

/** The aliases of the indices, by index; only those that `pattern` names. */
export function aliasesOf(found: VersionedIndex[], pattern: string | undefined): Json {
	const names = pattern?.split(",").map(wildcard);
	const out: Json = {};
	for (const index of found) {
		const shown = [...index.aliases].filter(([name]) => names === undefined || names.some((matches) => matches(name)));
		if (shown.length > 0 || names === undefined) out[index.name] = { aliases: Object.fromEntries(shown) };
	}
	return out;
}
