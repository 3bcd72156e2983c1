import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import type { OutboxEvent } from "../../../runtime/store/aggregate.ts";
import { decodeCursor, encodeCursor } from "../../../runtime/store/page.ts";
import { inventoryLedger } from "../../../schemas/product.ts";
import { type Entry, entries, entriesIn, versionOf } from "../ledger.ts";
import { variants } from "../model.ts";
import { stockView } from "../view.ts";

/** Milliseconds within which a movement that is on its way must have arrived. */
const PATIENCE = 2_000;

export default action(inventoryLedger, async (ctx) => {
	const { sku, limit = 20, cursor } = ctx.params;
	const after = cursor ? (decodeCursor(cursor, ["number"])[0] as number) : 0;
	const end = Date.now() + PATIENCE;
	for (;;) {
		const variant = await read(sku);
		const until = Math.min(variant.moves, after + limit);
		const data = await between(variant, after, until);
		if (data.length === Math.max(0, until - after)) {
			return {
				data: data.map(({ _id: id, at, kind, onHand, reserved, reference }) => ({
					id,
					at,
					kind,
					onHand,
					reserved,
					reference,
				})),
				nextCursor: until < variant.moves ? encodeCursor([until]) : null,
				stock: stockView(variant),
			};
		}
		// Published, but not written down yet.
		if (Date.now() > end) throw fail("unavailable", {}, `The ledger of ${sku} is still being written`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
});

interface Figures {
	_id: string;
	sku: string;
	onHand: number;
	reserved: number;
	moves: number;
	outbox: OutboxEvent[];
}

/** The figures first: what the ledger has up to their version can only become more meanwhile. */
async function read(sku: string): Promise<Figures> {
	const projection = { sku: 1, onHand: 1, reserved: 1, moves: 1, outbox: 1 };
	const variant = await variants.documents.findOne({ sku }, { projection });
	if (!variant) throw fail("not_found");
	return variant as unknown as Figures;
}

/** Entries with versions above `after` up to `until`: those written down, and those still in the outbox. */
async function between(variant: Figures, after: number, until: number): Promise<Entry[]> {
	if (until <= after) return [];
	const byVersion = new Map<number, Entry>();
	for (const entry of entriesIn(variant.outbox)) byVersion.set(versionOf(entry), entry);
	for (const entry of await entries(variant._id, after, until, until - after)) byVersion.set(versionOf(entry), entry);
	return [...byVersion]
		.filter(([version]) => version > after && version <= until)
		.sort(([a], [b]) => a - b)
		.map(([, entry]) => entry);
}
