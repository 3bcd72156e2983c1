import type { Result } from "../schemas/contract.ts";
import { erasePerson, type Holder, type Person, personalData } from "../schemas/person.ts";
import { type Action, action, type Caller } from "./action.ts";
import type { Aggregate } from "./store/aggregate.ts";
import type { Collection, Filter } from "./store/collection.ts";
import { decodeCursor, encodeCursor } from "./store/page.ts";

/** What a collection holds on people: the one place that says how it is exported and how it is erased. */
export interface Held<T extends Aggregate> {
	/** What the export calls it. */
	name: string;
	of: Collection<T>;
	/** Finds a person's documents by an index; null when there can be none. */
	whose(person: Person): Filter | null;
	/** A document as its owner may see it: without secrets and without others' data; null leaves it out. */
	shown(state: T, person: Person): unknown;
	/**
	 * What stays without the person, which `whose` must not find again; null when nothing does. The very same state: it is
	 * still needed, and is asked for again later.
	 */
	forgotten(state: T, person: Person): T | null;
	/** Hears of a document that was erased, to forget what it remembers of it. */
	afterwards?(id: string): void;
}

/** What a service holds on people. */
export interface PersonalData {
	held: readonly Held<never>[];
	actions: Action[];
}

/** Bytes of a page of the export; the largest message of NATS has a mebibyte, and one entry may be a long one. */
const PAGE = 262_144;
/** Documents that are read at once, and that one call erases at most. */
const AT_ONCE = 100;
const AT_MOST = 2_000;

/** Checks the types of one entry of a list of different ones. */
export const held = <T extends Aggregate>(one: Held<T>): Held<never> => one as unknown as Held<never>;

/**
 * The actions by which a service tells what it holds on a person, and forgets it.
 * @param first what is to be done before documents are erased; it answers how many it erased itself
 */
export function personalDataOf(
	service: Holder,
	all: readonly Held<never>[],
	first?: (person: Person, from: Caller) => Promise<number>,
): PersonalData {
	const parts = all as unknown as readonly Held<Aggregate>[];
	const actions = personalDataBy(
		service,
		(person, cursor) => page(parts, person, cursor),
		async (person, from) => {
			const before = (await first?.(person, from)) ?? 0;
			const counts = await Promise.all(parts.map((part) => erase(part, person)));
			const sum = (key: "erased" | "waiting") => counts.reduce((total, count) => total + count[key], 0);
			return { erased: before + sum("erased"), waiting: sum("waiting") };
		},
	);
	return { held: all, actions };
}

/** The same two actions for what does not lie in collections of aggregates. */
export const personalDataBy = (
	service: Holder,
	tell: (person: Person, cursor?: string) => Promise<Result<(typeof personalData)[Holder]>>,
	forget: (person: Person, from: Caller) => Promise<Result<(typeof erasePerson)[Holder]>>,
): Action[] => [
	action(personalData[service], ({ params: { cursor, ...person } }) => tell(person, cursor)),
	action(erasePerson[service], (ctx) => forget(ctx.params, ctx as unknown as Caller)),
];

async function page(parts: readonly Held<Aggregate>[], person: Person, cursor: string | undefined) {
	const data: Record<string, unknown[]> = {};
	let size = 0;
	const [first, last] = cursor ? decodeCursor(cursor, ["number", "string"]) : [0, ""];
	for (let index = Number(first); index < parts.length; index++) {
		const part = parts[index] as Held<Aggregate>;
		const entries: unknown[] = [];
		data[part.name] = entries;
		for await (const state of documents(part, person, index === first ? String(last) : "")) {
			const shown = part.shown(state, person);
			if (shown === null) continue;
			entries.push(shown);
			size += Buffer.byteLength(JSON.stringify(shown));
			if (size > PAGE) return { data, nextCursor: encodeCursor([index, state.id]) };
		}
	}
	return { data, nextCursor: null };
}

async function erase(part: Held<Aggregate>, person: Person): Promise<{ erased: number; waiting: number }> {
	let erased = 0;
	let waiting = 0;
	for await (const { id, rev } of documents(part, person, "")) {
		if (erased + waiting >= AT_MOST) return { erased, waiting: waiting + 1 };
		if (await forget(part, person, id, rev)) erased++;
		else waiting++;
		part.afterwards?.(id);
	}
	return { erased, waiting };
}

/** @returns whether it is done; otherwise it is still needed, or changed meanwhile */
async function forget({ of, forgotten }: Held<Aggregate>, person: Person, id: string, rev: number): Promise<boolean> {
	let outcome: "stays" | "goes" | "waits" = "waits";
	const stored = await of.find(id);
	if (!stored) return true;
	if (forgotten(stored, person) !== null) {
		await of.change(id, (state) => {
			const next = forgotten(state, person);
			outcome = next === state ? "waits" : next === null ? "goes" : "stays";
			return { state: next ?? state };
		});
		return (outcome as string) === "stays";
	}
	await of.remove(id, stored.rev ?? rev);
	return true;
}

/** A person's documents in the order of their ids, read by and by. */
async function* documents(part: Held<Aggregate>, person: Person, last: string): AsyncGenerator<Aggregate> {
	const whose = part.whose(person);
	if (!whose) return;
	for (let after = last; ; ) {
		const found = await part.of.findMany(
			{ $and: [whose, { _id: { $gt: after } }] },
			{ sort: { _id: 1 }, limit: AT_ONCE },
		);
		yield* found;
		if (found.length < AT_ONCE) return;
		after = (found.at(-1) as Aggregate).id;
	}
}
