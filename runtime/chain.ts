import { hash } from "node:crypto";

/** An entry of an append-only log in which each holds the hash of the one before. */
export interface Link extends Record<string, unknown> {
	/** 1, 2, 3 without a gap. */
	seq: number;
	/** The hash of the entry before; of the first, `START`. */
	previous: string;
	/** SHA-256 in hex over the canonical JSON of the entry without this field. */
	hash: string;
}

/** What the first entry follows. */
export const START = "0".repeat(64);

/** JSON with the keys of every object in order, so that one content has one text (as RFC 8785 has it for such values). */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner,
	);
}

/** The hash that belongs to an entry. */
export function hashOfLink({ hash: _, ...content }: Link | (Omit<Link, "hash"> & { hash?: string })): string {
	return hash("sha256", canonical(content), "hex");
}

/** Where a log ended when somebody looked. */
export interface Head {
	seq: number;
	hash: string;
}

/** The first entry of a log that is not as it was written. */
export class BrokenChainError extends Error {
	override name = "BrokenChainError";
	readonly seq: number;
	constructor(seq: number, sentence: string) {
		super(sentence);
		this.seq = seq;
	}
}

/**
 * Walks along a log, one entry after the other.
 * @param head where the part ends that was walked before
 * @returns the head after this entry
 * @throws BrokenChainError naming the first entry that was altered, taken out or moved
 */
export function follow(head: Head, entry: Link): Head {
	const { seq } = entry;
	const expected = head.seq + 1;
	if (seq > expected) {
		const which = seq === expected + 1 ? `entry ${expected} is` : `entries ${expected} to ${seq - 1} are`;
		throw new BrokenChainError(expected, `${which} missing`);
	}
	if (seq < expected)
		throw new BrokenChainError(seq, `entry ${seq} comes after entry ${head.seq}: it was moved or repeated`);
	if (hashOfLink(entry) !== entry.hash)
		throw new BrokenChainError(seq, `entry ${seq} was altered: its hash is another one`);
	if (entry.previous !== head.hash)
		throw new BrokenChainError(
			seq,
			`entry ${seq} does not follow entry ${head.seq}: one of the two was replaced, or entries before it were`,
		);
	return { seq, hash: entry.hash };
}
