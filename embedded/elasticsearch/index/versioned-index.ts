import type { Analysis } from "../analysis/registry.ts";
import type { Json } from "../body.ts";
import { ElasticError } from "../errors.ts";
import { type Mapping, mappingOf } from "./mapping.ts";
import { Shard } from "./shard.ts";

/** What a write asks of the version that is there. */
export type Guard = {
	version?: number | undefined;
	versionType?: "internal" | "external" | "external_gte" | undefined;
	ifSeqNo?: number | undefined;
	ifPrimaryTerm?: number | undefined;
	/** Only if there is none. */
	create?: boolean | undefined;
};
export type Written = {
	id: string;
	version: number;
	seqNo: number;
	result: "created" | "updated" | "deleted" | "not_found" | "noop";
};

type Version = { version: number; seqNo: number; deletedAt: number };

const HOUSEKEEPING_MS = 10_000;

/** An index: documents, each with the version of its last write. A deleted one's version is kept for `index.gc_deletes`. */
export class VersionedIndex {
	readonly name: string;
	readonly uuid: string;
	readonly createdAt = Date.now();
	readonly aliases = new Map<string, Json>();
	readonly analysis: Analysis;
	settings: Json;
	shard: Shard;
	private readonly known = new Map<string, Version>();
	private keepDeletedMs: number;
	private nextSeqNo = 0;
	private cleanedAt = Date.now();

	constructor(name: string, uuid: string, settings: Json, mappings: Json, analysis: Analysis, keepDeletedMs: number) {
		this.name = name;
		this.uuid = uuid;
		this.settings = settings;
		this.analysis = analysis;
		this.keepDeletedMs = keepDeletedMs;
		this.shard = new Shard(mappingOf(mappings, analysis));
	}

	get mapping(): Mapping {
		return this.shard.mapping;
	}

	set gcDeletes(ms: number) {
		this.keepDeletedMs = ms;
	}

	versions(id: string): { version: number; seqNo: number } {
		return this.known.get(id)!;
	}

	/** The stored source as JSON text, or undefined. */
	source(id: string): string | undefined {
		const doc = this.shard.find(id);
		return doc === undefined ? undefined : this.shard.sources[doc];
	}

	index(id: string, document: Json, source: string, guard: Guard): Written {
		const before = this.known.get(id);
		const exists = before !== undefined && before.deletedAt === 0;
		if (guard.create && exists)
			throw this.conflict(id, `document already exists (current version [${before.version}])`);
		const version = this.admit(id, before, guard);
		this.shard.put(id, document, source);
		const seqNo = this.nextSeqNo++;
		if (before === undefined) this.known.set(id, { version, seqNo, deletedAt: 0 });
		else Object.assign(before, { version, seqNo, deletedAt: 0 });
		return { id, version, seqNo, result: exists ? "updated" : "created" };
	}

	delete(id: string, guard: Guard): Written {
		const before = this.known.get(id);
		const version = this.admit(id, before, guard);
		const removed = this.shard.remove(id);
		const seqNo = this.nextSeqNo++;
		this.known.set(id, { version, seqNo, deletedAt: Date.now() });
		this.forgetDeleted();
		return { id, version, seqNo, result: removed ? "deleted" : "not_found" };
	}

	/** Adds fields; a field that is mapped already may not change. */
	extend(mappings: Json, merged: Json): void {
		const next = mappingOf(merged, this.analysis);
		for (const [i, field] of this.mapping.list.entries())
			if (
				next.list[i]?.name !== field.name ||
				next.list[i]?.type !== field.type ||
				next.list[i]?.analyzer !== field.analyzer
			)
				throw new ElasticError(
					400,
					"illegal_argument_exception",
					`mapper [${field.name}] cannot be changed, in ${JSON.stringify(mappings)}`,
				);
		this.shard.extend(next);
	}

	conflict(id: string, why: string): ElasticError {
		return new ElasticError(409, "version_conflict_engine_exception", `[${id}]: version conflict, ${why}`, {
			index_uuid: this.uuid,
			shard: "0",
			index: this.name,
		});
	}

	/** The version that the write gets; a conflict throws. */
	private admit(id: string, before: Version | undefined, guard: Guard): number {
		const { version, versionType = "internal", ifSeqNo, ifPrimaryTerm } = guard;
		const exists = before !== undefined && before.deletedAt === 0;
		if (ifSeqNo !== undefined && (!exists || before.seqNo !== ifSeqNo || ifPrimaryTerm !== 1))
			throw this.conflict(
				id,
				`required seqNo [${ifSeqNo}], primary term [${ifPrimaryTerm}]. ` +
					(exists ? `current document has seqNo [${before.seqNo}] and primary term [1]` : "but no document was found"),
			);
		if (versionType === "internal") return (before?.version ?? 0) + 1;
		const wanted = version!;
		if (before !== undefined && (versionType === "external" ? before.version >= wanted : before.version > wanted)) {
			const relation = versionType === "external" ? "higher or equal to" : "higher than";
			throw this.conflict(id, `current version [${before.version}] is ${relation} the one provided [${wanted}]`);
		}
		return wanted;
	}

	private forgetDeleted(): void {
		const now = Date.now();
		if (now - this.cleanedAt < HOUSEKEEPING_MS) return;
		this.cleanedAt = now;
		for (const [id, { deletedAt }] of this.known)
			if (deletedAt > 0 && now - deletedAt > this.keepDeletedMs) this.known.delete(id);
	}
}
