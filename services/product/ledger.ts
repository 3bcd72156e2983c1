import { type Connection, Schema } from "mongoose";
import type { Delivery } from "../../runtime/events/consumer.ts";
import type { OutboxEvent } from "../../runtime/store/aggregate.ts";
import type { DriverCollection } from "../../runtime/store/collection.ts";
import { DuplicateKeyError, inserter } from "../../runtime/store/writer.ts";
import type { EventData } from "../../schemas/contract.ts";
import { stockChanged } from "../../schemas/events.ts";

type StockChange = EventData<typeof stockChanged>;
type StockEvent = Pick<Delivery<StockChange>, "at" | "data">;

/** One line of the append-only ledger of stock. */
export interface Entry {
	/** `<variant>/<version>`: the same event makes the same entry, whenever and however often it comes. */
	_id: string;
	at: string;
	kind: StockChange["movement"]["kind"];
	onHand: number;
	reserved: number;
	reference: string | null;
	settles?: string;
}

const schema = new Schema({ _id: String, settles: String }, { strict: false });
schema.index({ settles: 1 }, { sparse: true });

let movements: DriverCollection<Entry> | undefined;
let append: ((entry: Entry) => Promise<true>) | undefined;

/** Opens the ledger in the service's database. */
export async function openLedger(connection: Connection): Promise<void> {
	const model = connection.models.movements ?? connection.model("movements", schema, "movements");
	await model.createIndexes();
	const database = connection.getClient().db(connection.name);
	movements = database.collection<Entry>("movements");
	append = inserter(movements, database, { linger: 200 });
}

function store(): DriverCollection<Entry> {
	if (!movements) throw new Error("the ledger is not open");
	return movements;
}

const entryId = (variantId: string, version: number) => `${variantId}/${String(version).padStart(10, "0")}`;

/** The ledger's line of an event. */
function entryOf({ at, data }: StockEvent): Entry {
	return { _id: entryId(data.variantId, data.version), at, ...data.movement };
}

/** Writes an event's movement down, once. */
export async function record(event: StockEvent): Promise<void> {
	store();
	try {
		await append!(entryOf(event));
	} catch (error) {
		// An entry that is there already came with an earlier delivery.
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
}

/** The ledger's lines among the events of an outbox. */
export const entriesIn = (outbox: OutboxEvent[]) =>
	outbox.filter(({ name }) => name === stockChanged.name).map((event) => entryOf(event as unknown as StockEvent));

/** Entries of a variant with versions above `after` and up to `until`, the oldest first. */
export function entries(variantId: string, after: number, until: number, limit: number): Promise<Entry[]> {
	return store()
		.find(
			{ _id: { $gt: entryId(variantId, after), $lte: entryId(variantId, until) } },
			{ sort: { _id: 1 }, limit, projection: { settles: 0 } },
		)
		.toArray();
}

/** Which of these variants have an entry that settles this, e.g. `commit ord_1`, more often than it was undone. */
export async function settledIn(variantIds: string[], settles: string): Promise<Set<string>> {
	const found = await store()
		.find({ settles: { $in: [settles, `un${settles}`] } }, { projection: { settles: 1 } })
		.toArray();
	const balance = new Map<string, number>();
	for (const entry of found) {
		const variantId = variantOf(entry._id);
		balance.set(variantId, (balance.get(variantId) ?? 0) + (entry.settles === settles ? 1 : -1));
	}
	return new Set(variantIds.filter((id) => (balance.get(id) ?? 0) > 0));
}

/** Entries that settle one of these, or that settle what sorts from `since` until before `until`, in the order of what they settle. */
export function settlements(wanted: string[] | { since: string; until: string }, limit: number): Promise<Entry[]> {
	const settles = Array.isArray(wanted) ? { $in: wanted } : { $gte: wanted.since, $lt: wanted.until };
	return store()
		.find({ settles }, { sort: { settles: 1 }, limit })
		.toArray();
}

/** How many entries of a variant there are with versions up to `until`, and which of these ids are among them. */
export async function counted(
	variantId: string,
	until: number,
	ids: string[],
): Promise<{ count: number; known: number }> {
	const [count, known] = await Promise.all([
		store().countDocuments({ _id: { $gt: entryId(variantId, 0), $lte: entryId(variantId, until) } }),
		ids.length > 0 ? store().countDocuments({ _id: { $in: ids } }) : 0,
	]);
	return { count, known };
}

export const variantOf = (id: string) => id.slice(0, id.indexOf("/"));
export const versionOf = ({ _id }: Pick<Entry, "_id">) => Number(_id.slice(_id.indexOf("/") + 1));
