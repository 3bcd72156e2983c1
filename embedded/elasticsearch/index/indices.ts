import { randomBytes } from "node:crypto";
import { analysisOf } from "../analysis/registry.ts";
import { type Json, object } from "../body.ts";
import { ElasticError, illegal, indexNotFound, unsupported } from "../errors.ts";
import { VersionedIndex } from "./versioned-index.ts";

// Of no meaning to one process in memory.
const IGNORED = [
	"number_of_shards",
	"number_of_replicas",
	"refresh_interval",
	"max_result_window",
	"codec",
	"auto_expand_replicas",
];
const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** All indices and their aliases. */
export class Indices {
	readonly byName = new Map<string, VersionedIndex>();

	create(name: string, body: Json): VersionedIndex {
		for (const key in body)
			if (!["settings", "mappings", "aliases"].includes(key)) throw unsupported(`create index ${key}`);
		if (!/^[a-z0-9][a-z0-9._-]*$/.test(name))
			throw new ElasticError(
				400,
				"invalid_index_name_exception",
				`Invalid index name [${name}], must be lowercase letters, digits, [.], [_] or [-]`,
				{ index: name },
			);
		const taken = this.byName.get(name);
		if (taken) throw exists(name, taken.uuid);
		if (this.withAlias(name).length > 0)
			throw new ElasticError(
				400,
				"invalid_index_name_exception",
				`Invalid index name [${name}], already exists as alias`,
				{ index: name },
			);
		const settings = settingsOf(object(body.settings ?? {}, "settings"));
		const uuid = randomBytes(16).toString("base64url");
		const analysis = analysisOf(object(settings.analysis ?? {}, "analysis"));
		const index = new VersionedIndex(
			name,
			uuid,
			settings,
			object(body.mappings ?? {}, "mappings"),
			analysis,
			gcDeletes(settings),
		);
		for (const [alias, spec] of Object.entries(object(body.aliases ?? {}, "aliases")))
			index.aliases.set(alias, aliasOf(alias, object(spec, alias)));
		this.byName.set(name, index);
		return index;
	}

	/** The one index that a name or alias stands for. */
	one(name: string): VersionedIndex {
		const direct = this.byName.get(name);
		if (direct) return direct;
		const found = this.withAlias(name);
		if (found.length === 0)
			throw name.includes("*") || name.includes(",") || name === "_all" ? several(name) : indexNotFound(name);
		if (found.length > 1) throw several(name);
		return found[0]!;
	}

	/** All indices that a list of names, aliases and patterns stands for. */
	all(names: string): VersionedIndex[] {
		const found = new Set<VersionedIndex>();
		for (const name of names.split(",")) {
			if (name === "_all" || name.includes("*")) {
				const matches = wildcard(name === "_all" ? "*" : name);
				for (const index of this.byName.values())
					if (matches(index.name) || [...index.aliases.keys()].some(matches)) found.add(index);
				continue;
			}
			const direct = this.byName.get(name);
			const own = direct ? [direct] : this.withAlias(name);
			if (own.length === 0) throw indexNotFound(name);
			for (const index of own) found.add(index);
		}
		return [...found];
	}

	delete(names: string): void {
		const given = names.split(",");
		if (given.some((name) => name === "_all" || name.includes("*")))
			throw illegal("Wildcard expressions or all indices are not allowed");
		for (const name of given) {
			if (this.byName.has(name)) continue;
			if (this.withAlias(name).length === 0) throw indexNotFound(name);
			throw illegal(
				`The provided expression [${name}] matches an alias, specify the corresponding concrete indices instead.`,
			);
		}
		for (const name of given) this.byName.delete(name);
	}

	putSettings(names: string, body: Json): void {
		const changed = settingsOf(object(body.settings ?? body, "settings"));
		for (const key in changed)
			if (
				!["number_of_replicas", "refresh_interval", "gc_deletes", "max_result_window", "auto_expand_replicas"].includes(
					key,
				)
			)
				throw illegal(`Can't update non dynamic settings [[index.${key}]] for open indices`);
		for (const index of this.all(names)) {
			index.settings = { ...index.settings, ...changed };
			index.gcDeletes = gcDeletes(index.settings);
		}
	}

	withAlias(alias: string): VersionedIndex[] {
		return [...this.byName.values()].filter((index) => index.aliases.has(alias));
	}
}

export function aliasOf(name: string, spec: Json): Json {
	for (const key in spec) if (key !== "is_write_index") throw unsupported(`alias ${name}: ${key}`);
	return spec.is_write_index === undefined ? {} : { is_write_index: spec.is_write_index };
}

export function wildcard(pattern: string): (name: string) => boolean {
	const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
	const regex = new RegExp(`^${parts.join(".*")}$`);
	return (name) => regex.test(name);
}

/** Settings without their `index.` in front, flat names as nested ones. */
function settingsOf(source: Json): Json {
	const out: Json = {};
	for (const [key, value] of Object.entries(source)) {
		if (key === "index") Object.assign(out, settingsOf(object(value, "index")));
		else if (key.startsWith("index.")) out[key.slice(6)] = value;
		else out[key] = value;
	}
	for (const key in out)
		if (!IGNORED.includes(key) && key !== "analysis" && key !== "gc_deletes" && key !== "max_ngram_diff")
			throw unsupported(`setting index.${key}`);
	return out;
}

function gcDeletes(settings: Json): number {
	if (settings.gc_deletes === undefined) return 60_000;
	const found = /^(\d+)(ms|s|m|h|d)$/.exec(String(settings.gc_deletes));
	if (!found)
		throw illegal(`failed to parse setting [index.gc_deletes] with value [${settings.gc_deletes}] as a time value`);
	return Number(found[1]) * UNITS[found[2]!]!;
}

function several(name: string): ElasticError {
	return unsupported(`a request over several indices, as by ${name},`);
}

function exists(name: string, uuid: string): ElasticError {
	return new ElasticError(400, "resource_already_exists_exception", `index [${name}/${uuid}] already exists`, {
		index_uuid: uuid,
		index: name,
	});
}
