import type { OutboxEvent } from "../../runtime/store/aggregate.ts";
import type { StockFacts } from "../../schemas/product.ts";
import { counted, type Entry, entriesIn, settlements, variantOf } from "./ledger.ts";
import { type Hold, variants } from "./model.ts";
import { commitOf, restockOf } from "./stock.ts";
import { identify } from "./variants.ts";

/** Somebody whom stock was held for or sold to, and the SKUs in question. */
export interface Reference {
	reference: string;
	skus: string[];
}

interface Known {
	id: string;
	sku: string;
	holds: Hold[];
	settled: string[];
	moves: number;
	outbox: OutboxEvent[];
}

const uncommitOf = (reference: string) => `un${commitOf(reference)}`;
const fields = { sku: 1, holds: 1, settled: 1, moves: 1, outbox: 1 };
/** The most entries that references of one question have. */
const MOST = 100_000;

/**
 * What is held, sold and restocked. The variants are read before the ledger: a movement that leaves an outbox meanwhile is
 * then in the ledger, so that none is missed, and one that is seen twice counts once.
 */
export async function factsOf(references: Reference[], count: boolean): Promise<StockFacts[]> {
	const bySku = await read([...new Set(references.flatMap(({ skus }) => skus))]);
	const whole = new Map<string, boolean>();
	if (count) for (const known of bySku.values()) whole.set(known.id, await isWhole(known));
	const settles = references.flatMap(({ reference: r }) => [commitOf(r), uncommitOf(r), restockOf(r)]);
	const entries = new Map<string, Entry>();
	for (const { outbox } of bySku.values()) for (const entry of entriesIn(outbox)) entries.set(entry._id, entry);
	for (const entry of settles.length > 0 ? await settlements(settles, MOST) : []) entries.set(entry._id, entry);
	const moved = new Map<string, number>();
	for (const { _id, settles, onHand } of entries.values()) {
		const key = `${variantOf(_id)} ${settles}`;
		moved.set(key, (moved.get(key) ?? 0) + onHand);
	}
	const by = (variantId: string, what: string) => moved.get(`${variantId} ${what}`) ?? 0;
	return references.map(({ reference, skus }) => ({
		reference,
		lines: skus.flatMap((sku) => {
			const known = bySku.get(sku);
			if (!known) return [];
			const { id, holds, settled } = known;
			const sold = 0 - by(id, commitOf(reference)) - by(id, uncommitOf(reference));
			return {
				sku,
				held: holds.reduce((sum, hold) => (hold.reference === reference ? sum + hold.quantity : sum), 0),
				sold,
				restocked: by(id, restockOf(reference)),
				whole: (whole.get(id) ?? true) && !(sold === 0 && settled.includes(commitOf(reference))),
			};
		}),
	}));
}

async function read(skus: string[]): Promise<Map<string, Known>> {
	const ids = (await identify(skus)).filter((id) => id !== null);
	const found = await variants.documents.find({ _id: { $in: ids } }, { projection: fields }).toArray();
	const known = found.map(({ _id, ...rest }) => ({ ...(rest as unknown as Omit<Known, "id">), id: _id }));
	return new Map(known.map((variant) => [variant.sku, variant]));
}

/** Milliseconds within which a movement that is on its way must have arrived, as for the ledger itself. */
const PATIENCE = 2_000;

/** Whether every movement is in the ledger or waits in the outbox. */
async function isWhole({ id, moves, outbox }: Known): Promise<boolean> {
	const waiting = entriesIn(outbox).map(({ _id }) => _id);
	for (const end = Date.now() + PATIENCE; ; ) {
		const { count, known } = await counted(id, moves, waiting);
		if (count + waiting.length - known >= moves) return true;
		if (Date.now() > end) return false;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

const PAGE = 200;

/** So many holds in an answer are enough: it has to fit into a message. */
const ENOUGH = 5_000;

/** Whom stock is held for, of references before `until`, by variants: one page, and the variant after which the next begins. */
export async function heldFor(
	until: string,
	after: string | null,
): Promise<{ data: Reference[]; after: string | null }> {
	const found = await variants.documents
		.find(
			{ "holds.expiresAt": { $gt: "" }, ...(after ? { _id: { $gt: after } } : {}) },
			{ projection: { sku: 1, holds: 1 }, sort: { _id: 1 }, limit: PAGE },
		)
		.toArray();
	const pairs: [reference: string, sku: string][] = [];
	for (const { _id, sku, holds } of found) {
		for (const { reference } of holds as Hold[]) if (reference < until) pairs.push([reference, sku as string]);
		if (pairs.length >= ENOUGH) return { data: grouped(pairs), after: _id };
	}
	return { data: grouped(pairs), after: found.length === PAGE ? found.at(-1)!._id : null };
}

/** Whom was sold to, among references from `since` until before `until`: one page, and its last reference. */
export async function soldTo(since: string, until: string): Promise<{ data: Reference[]; after: string | null }> {
	const limit = 5 * PAGE;
	const found = await settlements({ since: commitOf(since), until: commitOf(until) }, limit);
	const ids = [...new Set(found.map(({ _id }) => variantOf(_id)))];
	const known = await variants.documents.find({ _id: { $in: ids } }, { projection: { sku: 1 } }).toArray();
	const skus = new Map(known.map(({ _id, sku }) => [_id, sku as string]));
	const pairs = found.flatMap(({ _id, reference }) => {
		const sku = skus.get(variantOf(_id));
		return reference && sku ? [[reference, sku] as [string, string]] : [];
	});
	return { data: grouped(pairs), after: found.length === limit ? found.at(-1)!.reference : null };
}

function grouped(pairs: [reference: string, sku: string][]): Reference[] {
	const skus = new Map<string, Set<string>>();
	for (const [reference, sku] of pairs) skus.set(reference, (skus.get(reference) ?? new Set()).add(sku));
	return [...skus].map(([reference, set]) => ({ reference, skus: [...set] }));
}
