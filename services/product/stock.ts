import { fail } from "../../runtime/errors.ts";
import { guard } from "../../runtime/guard.ts";
import { type Decision, type Fact, fact } from "../../runtime/store/aggregate.ts";
import type { EventData } from "../../schemas/contract.ts";
import { stockChanged } from "../../schemas/events.ts";
import type { Hold, VariantState } from "./model.ts";

type Movement = EventData<typeof stockChanged>["movement"];

/** How many settled references a variant remembers itself. */
const REMEMBERED = 64;

const heldAlready = guard("stock is held once for an order");
const settledAlready = guard("stock of an order that was settled is not held again");
const tooFew = guard("no more is held than there is");
const soldAlready = guard("stock is sold once to an order");
const backAlready = guard("goods go back on the shelf once");

/** A commit found neither its hold nor a trace that it was done: the ledger has to be asked. */
export class HoldGone extends Error {
	override name = "HoldGone";
}

export const availableOf = ({ onHand, reserved }: { onHand: number; reserved: number }) => onHand - reserved;

export const commitOf = (reference: string) => `commit ${reference}`;
export const restockOf = (reference: string) => `restock ${reference}`;
const releaseOf = (reference: string) => `release ${reference}`;
const uncommitOf = (reference: string) => `uncommit ${reference}`;

/** Holds stock for a reference; one that is held or settled already changes nothing. @throws out_of_stock */
export function reserve(variant: VariantState, hold: Hold): Decision<VariantState> {
	const { reference, quantity } = hold;
	if (heldAlready(holds(variant, reference)) || settledAlready(isSettled(variant, reference)))
		return { state: variant };
	const available = variant.status === "active" ? availableOf(variant) : 0;
	if (tooFew(available < quantity)) throw short(variant.sku, quantity, available);
	return moved(
		variant,
		{ kind: "reserve", onHand: 0, reserved: quantity, reference },
		{ holds: [...variant.holds, hold] },
	);
}

/** Whether a reference has what it asked for: held, or sold already. */
export const isServed = (variant: VariantState, reference: string) =>
	holds(variant, reference) || variant.settled.includes(commitOf(reference));

/** Whether a reference has got or left what it held, and holds no more. */
export const isSettled = (variant: VariantState, reference: string) =>
	variant.settled.includes(commitOf(reference)) || variant.settled.includes(releaseOf(reference));

/** Takes a hold back as if it had never been, for a reservation of which another line was short. */
export function unreserve(variant: VariantState, reference: string): Decision<VariantState> {
	const hold = variant.holds.find((entry) => entry.reference === reference);
	return hold ? dropped(variant, hold) : { state: variant };
}

/** Gives a hold back; the reference cannot hold again. */
export function release(variant: VariantState, reference: string): Decision<VariantState> {
	const hold = variant.holds.find((entry) => entry.reference === reference);
	return hold ? dropped(variant, hold, settle(variant, releaseOf(reference))) : { state: variant };
}

/** Gives back what was held until before `now`, RFC 3339. */
export function expire(variant: VariantState, now: string): Decision<VariantState> {
	let state = variant;
	const facts: Fact[] = [];
	for (const hold of variant.holds) {
		if (hold.expiresAt >= now) continue;
		const decision = dropped(state, hold);
		state = decision.state;
		facts.push(...(decision.facts ?? []));
	}
	return { state, facts };
}

/**
 * Sells what is held.
 * @param mayTake the ledger was asked and knows no such sale: what is not held is taken from what is available
 * @throws HoldGone, out_of_stock
 */
export function commit(
	variant: VariantState,
	reference: string,
	quantity: number,
	mayTake = false,
): Decision<VariantState> {
	const settles = commitOf(reference);
	if (soldAlready(variant.settled.includes(settles))) return { state: variant };
	const hold = variant.holds.find((entry) => entry.reference === reference);
	if (hold) {
		return moved(
			variant,
			{ kind: "commit", onHand: -hold.quantity, reserved: -hold.quantity, reference, settles },
			{
				holds: variant.holds.filter((entry) => entry !== hold),
				settled: settle(variant, settles, uncommitOf(reference)),
			},
		);
	}
	// Undone a moment ago: the ledger may not know of that yet, and is not asked.
	const undone = variant.settled.includes(uncommitOf(reference));
	if (!mayTake && !undone) throw new HoldGone();
	if (availableOf(variant) < quantity) throw short(variant.sku, quantity, availableOf(variant));
	return moved(
		variant,
		{ kind: "commit", onHand: -quantity, reserved: 0, reference, settles },
		{ settled: settle(variant, settles, uncommitOf(reference)) },
	);
}

/** Undoes a sale of which another line was short, so that it may be committed later. */
export function uncommit(
	variant: VariantState,
	reference: string,
	quantity: number,
	inLedger: boolean,
): Decision<VariantState> {
	const sold = variant.settled.includes(commitOf(reference));
	const undone = variant.settled.includes(uncommitOf(reference));
	if (!sold && (undone || !inLedger)) return { state: variant };
	const settles = uncommitOf(reference);
	return moved(
		variant,
		{ kind: "restock", onHand: quantity, reserved: 0, reference, settles },
		{ settled: settle(variant, settles, commitOf(reference)) },
	);
}

/** Puts sold goods back, once for each reference. */
export function restock(variant: VariantState, reference: string, quantity: number): Decision<VariantState> {
	const settles = restockOf(reference);
	if (backAlready(variant.settled.includes(settles))) return { state: variant };
	return moved(
		variant,
		{ kind: "restock", onHand: quantity, reserved: 0, reference, settles },
		{ settled: settle(variant, settles) },
	);
}

/** What lies on the shelf was counted. @throws stock_below_reserved */
export function count(variant: VariantState, onHand: number): Decision<VariantState> {
	if (onHand === variant.onHand) return { state: variant };
	notBelowReserved(variant, onHand);
	return moved(variant, { kind: "count", onHand: onHand - variant.onHand, reserved: 0, reference: null });
}

/** More or less lies on the shelf, for a reason. @throws stock_below_reserved */
export function adjust(variant: VariantState, by: number, reason: string): Decision<VariantState> {
	if (by === 0) return { state: variant };
	notBelowReserved(variant, variant.onHand + by);
	return moved(variant, { kind: "adjust", onHand: by, reserved: 0, reference: reason });
}

/** The error of lines that cannot be had: `lines: [{ sku, requested, available }]`. */
export const outOfStock = (lines: { sku: string; requested: number; available: number }[]) =>
	fail("out_of_stock", { lines });

const short = (sku: string, requested: number, available: number) => outOfStock([{ sku, requested, available }]);

function notBelowReserved({ sku, reserved }: VariantState, onHand: number): void {
	if (onHand < reserved)
		throw fail("stock_below_reserved", { sku, reserved }, `${reserved} of ${sku} are held for orders`);
}

/** A loop without a function: a hot variant has a thousand holds. */
function holds({ holds }: VariantState, reference: string): boolean {
	for (const hold of holds) if (hold.reference === reference) return true;
	return false;
}

const settle = (variant: VariantState, entry: string, instead = "") =>
	[...variant.settled.filter((known) => known !== instead), entry].slice(-REMEMBERED);

function dropped(variant: VariantState, hold: Hold, settled = variant.settled): Decision<VariantState> {
	return moved(
		variant,
		{ kind: "release", onHand: 0, reserved: -hold.quantity, reference: hold.reference },
		{ holds: variant.holds.filter((entry) => entry !== hold), settled },
	);
}

function moved(variant: VariantState, movement: Movement, changes: Partial<VariantState> = {}): Decision<VariantState> {
	const state: VariantState = {
		...variant,
		...changes,
		onHand: variant.onHand + movement.onHand,
		reserved: variant.reserved + movement.reserved,
		moves: variant.moves + 1,
	};
	const { id: variantId, sku, productId, moves: version } = state;
	return {
		state,
		facts: [fact(stockChanged, { sku, variantId, productId, available: availableOf(state), version, movement })],
	};
}
