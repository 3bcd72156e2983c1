import { setTimeout as sleep } from "node:timers/promises";
import type { Meta } from "../../runtime/action.ts";
import { hashOfLink, type Link, START } from "../../runtime/chain.ts";
import { fail } from "../../runtime/errors.ts";
import { newId } from "../../runtime/ids.ts";
import type { DriverCollection, Stored } from "../../runtime/store/collection.ts";
import { gather } from "../../runtime/store/gather.ts";
import type { AuditEntry, appendAudit } from "../../schemas/audit.ts";
import type { Params } from "../../schemas/contract.ts";
import { auditEntries } from "./model.ts";

export type Told = Params<typeof appendAudit>;

/** Entries of one insert, and how often it is begun anew when another node was quicker. */
const TOGETHER = 100;
const ATTEMPTS = 100;

/** The store's id of an entry: as text it sorts as the number does. */
export const idOfEntry = (seq: number) => String(seq).padStart(12, "0");

/**
 * Adds entries to the chain, one writer a process: what comes while an insert is under way goes out together as the next.
 * The number of an entry is unique in the store, so of two nodes that would follow the same entry one begins anew.
 */
export function chainWriter(log: () => DriverCollection<Stored>): (told: Told) => Promise<AuditEntry> {
	return gather<Told, AuditEntry>(
		async (all) => {
			const stored = new Map<string, AuditEntry>();
			for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
				const missing = [
					...new Map(all.filter(({ ref }) => !stored.has(ref)).map((told) => [told.ref, told])).values(),
				];
				if (missing.length === 0) break;
				const [last] = await log()
					.find({}, { projection: { hash: 1, seq: 1 } })
					.sort({ _id: -1 })
					.limit(1)
					.toArray();
				const links = linked(
					missing,
					(last?.seq as number | undefined) ?? 0,
					(last?.hash as string | undefined) ?? START,
				);
				try {
					// In order: an entry whose forerunner was refused must not get in.
					await log().insertMany(links.map(documentOf) as never, { ordered: true });
					for (const link of links) stored.set(link.ref, link);
				} catch (error) {
					if ((error as { code?: unknown }).code !== 11000) throw error;
					// Another node was quicker, or an entry is there already as its answer was lost.
					const refs = missing.map(({ ref }) => ref);
					for (const found of await log()
						.find({ ref: { $in: refs } })
						.toArray())
						stored.set(found.ref as string, entryOf(found));
					await sleep(Math.random() * Math.min(50, 2 * attempt));
				}
			}
			return all.map(
				({ ref }) => stored.get(ref) ?? fail("unavailable", {}, "The audit log is being written to by others"),
			);
		},
		{ limit: TOGETHER },
	);
}

function linked(all: Told[], seq: number, previous: string): AuditEntry[] {
	const at = new Date().toISOString();
	let before = previous;
	return all.map((told, n) => {
		const entry = { ...told, seq: seq + n + 1, at, previous: before };
		before = hashOfLink(entry);
		return { ...entry, hash: before };
	});
}

const documentOf = (entry: AuditEntry) => ({ _id: idOfEntry(entry.seq), ...entry, rev: 1 });

/** An entry as it is shown; of a stored one that was tampered with, what lies there. */
export function entryOf(stored: Record<string, unknown>): AuditEntry {
	const { _id, id, rev, outbox, writers, ...entry } = stored;
	return entry as AuditEntry & Link;
}

/** Adds an entry; it is stored when this settles. */
export const append = chainWriter(() => auditEntries.documents);

/** Tells the log of something that this service saw itself. */
export async function record(
	meta: Pick<Meta, "requestId">,
	deed: Pick<Told, "actor" | "action" | "outcome"> & Partial<Pick<Told, "target" | "changes">>,
): Promise<void> {
	await append({
		ref: newId("aud"),
		target: null,
		changes: null,
		...deed,
		intent: null,
		requestId: meta.requestId ?? null,
	});
}
