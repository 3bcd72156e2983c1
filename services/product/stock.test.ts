import test from "ava";
import fc from "fast-check";
import type { Decision } from "../../runtime/store/aggregate.ts";
import type { VariantState } from "./model.ts";
import {
	adjust,
	availableOf,
	commit,
	count,
	expire,
	HoldGone,
	release,
	reserve,
	restock,
	uncommit,
	unreserve,
} from "./stock.ts";

const NOW = "2026-01-01T00:10:00.000Z";
const LATER = "2026-01-01T00:20:00.000Z";
const EARLIER = "2026-01-01T00:00:00.000Z";

const variant = (onHand: number, more: Partial<VariantState> = {}): VariantState => ({
	id: "var_1",
	rev: 1,
	sku: "MUG",
	productId: "prod_1",
	productRev: 1,
	status: "active",
	slug: "mug",
	title: "Mug",
	image: null,
	price: 100,
	grams: 0,
	requiresShipping: true,
	onHand,
	reserved: 0,
	holds: [],
	settled: [],
	moves: 0,
	...more,
});
const hold = (reference: string, quantity: number, expiresAt = LATER) => ({ reference, quantity, expiresAt });

test("a hold takes from what is available, and a sale from the shelf", (t) => {
	const held = reserve(variant(5), hold("ord_1", 2)).state;
	t.like(held, { onHand: 5, reserved: 2 });
	const sold = commit(held, "ord_1", 2).state;
	t.like(sold, { onHand: 3, reserved: 0, holds: [] });
});

test("more than is available is refused with the figure", (t) => {
	const error = t.throws(() => reserve(variant(5), hold("ord_1", 6)));
	t.like(error, { type: "out_of_stock", data: { lines: [{ sku: "MUG", requested: 6, available: 5 }] } });
});

test("what is not for sale cannot be held", (t) => {
	t.like(
		t.throws(() => reserve(variant(5, { status: "draft" }), hold("ord_1", 1))),
		{ type: "out_of_stock" },
	);
});

test("a second request for the same order holds nothing more, also when the order was sold or given up", (t) => {
	const held = reserve(variant(5), hold("ord_1", 2)).state;
	t.is(reserve(held, hold("ord_1", 2)).state, held);
	const sold = commit(held, "ord_1", 2).state;
	t.is(reserve(sold, hold("ord_1", 2)).state, sold);
	t.is(commit(sold, "ord_1", 2).state, sold);
	const given = release(held, "ord_1").state;
	t.is(reserve(given, hold("ord_1", 2)).state, given);
	t.is(release(given, "ord_1").state, given);
});

test("a hold that ran out is sold from what is available once the ledger was asked", (t) => {
	const expired = expire(reserve(variant(2), hold("ord_1", 2, EARLIER)).state, NOW).state;
	t.like(expired, { onHand: 2, reserved: 0 });
	t.throws(() => commit(expired, "ord_1", 2), { instanceOf: HoldGone });
	t.like(commit(expired, "ord_1", 2, true).state, { onHand: 0, reserved: 0 });
	const taken = reserve(expired, hold("ord_2", 1)).state;
	t.like(
		t.throws(() => commit(taken, "ord_1", 2, true)),
		{ type: "out_of_stock" },
	);
});

test("an order whose hold ran out may hold again", (t) => {
	const expired = expire(reserve(variant(2), hold("ord_1", 2, EARLIER)).state, NOW).state;
	t.like(reserve(expired, hold("ord_1", 2)).state, { reserved: 2 });
});

test("a sale that was undone because another line was short can be made again", (t) => {
	const sold = commit(variant(2), "ord_1", 2, true).state;
	const undone = uncommit(sold, "ord_1", 2, false).state;
	t.is(undone.onHand, 2);
	t.is(uncommit(undone, "ord_1", 2, true).state, undone);
	t.is(commit(undone, "ord_1", 2).state.onHand, 0);
});

test("counting below what is held is refused", (t) => {
	const held = reserve(variant(5), hold("ord_1", 3)).state;
	t.like(
		t.throws(() => count(held, 2)),
		{ type: "stock_below_reserved" },
	);
	t.like(
		t.throws(() => adjust(held, -3, "broken")),
		{ type: "stock_below_reserved" },
	);
	t.is(count(held, 5).state, held);
});

test("goods come back once for each return", (t) => {
	const back = restock(variant(1), "ret_1", 2).state;
	t.is(back.onHand, 3);
	t.is(restock(back, "ret_1", 2).state, back);
});

test("the list of settled orders stays bounded", (t) => {
	let state = variant(1_000);
	for (let n = 0; n < 300; n++) state = commit(state, `ord_${n}`, 1, true).state;
	t.is(state.settled.length, 64);
	t.is(state.settled.at(-1), "commit ord_299");
});

type Step = (state: VariantState) => Decision<VariantState>;
const reference = fc.integer({ min: 1, max: 6 }).map((n) => `ord_${n}`);
const quantity = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.tuple(reference, quantity, fc.constantFrom(EARLIER, LATER)).map(
		([r, q, at]): Step =>
			(s) =>
				reserve(s, hold(r, q, at)),
	),
	fc.tuple(reference, quantity).map(
		([r, q]): Step =>
			(s) =>
				commit(s, r, q),
	),
	fc.tuple(reference, quantity).map(
		([r, q]): Step =>
			(s) =>
				commit(s, r, q, true),
	),
	fc.tuple(reference, quantity).map(
		([r, q]): Step =>
			(s) =>
				uncommit(s, r, q, false),
	),
	fc.tuple(reference, quantity).map(
		([r, q]): Step =>
			(s) =>
				restock(s, r, q),
	),
	reference.map(
		(r): Step =>
			(s) =>
				release(s, r),
	),
	reference.map(
		(r): Step =>
			(s) =>
				unreserve(s, r),
	),
	fc.constant<Step>((s) => expire(s, NOW)),
	fc.integer({ min: 0, max: 20 }).map(
		(n): Step =>
			(s) =>
				count(s, n),
	),
	fc.integer({ min: -5, max: 5 }).map(
		(n): Step =>
			(s) =>
				adjust(s, n, "counted"),
	),
);

test("whatever happens: never oversold, every hold accounted for, and the ledger sums to the figures", (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 12 }), fc.array(step, { maxLength: 60 }), (initial, steps) => {
			let state = variant(initial);
			let [onHand, reserved] = [initial, 0];
			for (const run of steps) {
				try {
					const decision = run(state);
					for (const { data } of decision.facts ?? []) {
						const { movement } = data as { movement: { onHand: number; reserved: number } };
						onHand += movement.onHand;
						reserved += movement.reserved;
					}
					t.is(decision.state.moves - state.moves, decision.facts?.length ?? 0);
					state = decision.state;
				} catch {
					// Refused: nothing changed.
				}
				t.true(availableOf(state) >= 0 && state.reserved >= 0);
				t.is(
					state.reserved,
					state.holds.reduce((sum, entry) => sum + entry.quantity, 0),
				);
				t.deepEqual([state.onHand, state.reserved], [onHand, reserved]);
			}
		}),
		{ numRuns: 2_000 },
	);
});

test("every message three times has the effect of one", (t) => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.constantFrom("reserve", "commit", "release", "restock"), reference), { maxLength: 30 }),
			(messages) => {
				let state = variant(100);
				for (const [verb, r] of messages) {
					const run = (s: VariantState) =>
						verb === "reserve"
							? reserve(s, hold(r, 2)).state
							: verb === "commit"
								? commit(s, r, 2, true).state
								: verb === "release"
									? release(s, r).state
									: restock(s, r, 2).state;
					const once = run(state);
					t.is(run(once), once);
					t.is(run(run(once)), once);
					state = once;
				}
				const expired = expire(state, "2027-01-01T00:00:00.000Z").state;
				t.is(expired.reserved, 0);
			},
		),
		{ numRuns: 1_000 },
	);
});
