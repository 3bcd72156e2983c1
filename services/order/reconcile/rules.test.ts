import test from "ava";
import type { PaymentFacts } from "../../../schemas/payment.ts";
import type { StockFacts } from "../../../schemas/product.ts";
import type { OrderState } from "../domain.ts";
import { opened } from "../drive.ts";
import type { SagaState } from "../saga.ts";
import { mismatches } from "./rules.ts";

const usd = (amount: number) => ({ amount, currency: "USD" });
const NOW = Date.now();
const ID = "ord_1";

function order(saga: SagaState, more: Partial<OrderState> = {}): OrderState {
	const fresh = opened({
		number: "100001",
		cartId: "cart_1",
		cartTokenHash: null,
		userId: null,
		email: "a@b.test",
		requestKey: undefined,
		payment: { provider: "stripe" },
	});
	const item = { sku: "MUG", quantity: 2 } as OrderState["items"][number];
	const none = usd(0);
	const totals = { subtotal: usd(1_000), discount: none, shipping: none, tax: none, total: usd(1_000) };
	const status = saga === "confirmed" ? saga : saga === "failed" ? "payment_failed" : "pending";
	return { ...fresh, id: ID, rev: 1, saga, status, items: [item, { ...item, quantity: 1 }], totals, ...more };
}

const payment = (status: PaymentFacts["status"], more: Partial<PaymentFacts> = {}): PaymentFacts => ({
	id: "pay_1",
	orderId: ID,
	provider: "stripe",
	status,
	amount: usd(1_000),
	captured: usd(["captured", "refunded", "partially_refunded"].includes(status) ? 1_000 : 0),
	refunded: usd(0),
	refunds: [],
	createdAt: new Date(NOW).toISOString(),
	...more,
});

const stock = (line: Partial<StockFacts["lines"][number]>): StockFacts => ({
	reference: ID,
	lines: [{ sku: "MUG", held: 0, sold: 0, restocked: 0, whole: true, ...line }],
});

const look = (found: OrderState | null, paid: PaymentFacts | null, lines: StockFacts | null) =>
	mismatches({ id: ID, order: found, payment: paid, stock: lines }, NOW).map(({ kind, repair }) => [kind, repair]);

test("what is paid and sold fits, lines that share a SKU summed", (t) => {
	t.deepEqual(look(order("confirmed"), payment("captured"), stock({ sold: 3 })), []);
	t.deepEqual(look(order("confirmed"), payment("captured"), stock({ sold: 2, held: 1 })), [
		["stock_not_sold", { do: "commit", lines: [{ sku: "MUG", quantity: 3 }] }],
	]);
});

test("an order under way is nobody's business, whatever the others say", (t) => {
	for (const saga of [
		"created",
		"reserved",
		"awaiting_buyer",
		"authorized",
		"committed",
		"undoing",
		"cancelling",
	] as const)
		for (const status of ["pending", "authorized", "captured", "failed"] as const)
			t.deepEqual(look(order(saga), payment(status), stock({ held: 3, sold: 1 })), []);
	const refund = { id: "ref_9", amount: usd(100), reason: "", at: "", done: false };
	t.deepEqual(look(order("confirmed", { refunds: [refund] }), payment("captured"), null), []);
});

test("an order that is due and not taken up is driven", (t) => {
	const due = new Date(NOW - 20_000).toISOString();
	for (const nextAttemptAt of [null, due])
		t.deepEqual(look(order("committed", { nextAttemptAt }), null, null), [["order_stranded", { do: "drive" }]]);
});

test("a sale that the ledger may not show yet is not made again", (t) => {
	t.deepEqual(look(order("confirmed"), payment("captured"), stock({ whole: false })), []);
	t.deepEqual(look(order("failed"), payment("failed"), stock({ sold: 3, whole: false })), []);
});

test("what only a person can repair is told without a repair", (t) => {
	t.deepEqual(look(order("confirmed"), null, stock({ sold: 3 })), [["order_unpaid", null]]);
	t.deepEqual(look(order("confirmed"), payment("voided"), stock({ sold: 3 })), [["order_unpaid", null]]);
});

test("of a cancelled order goes back what has not gone back, under a name of its own", (t) => {
	const id = "ref_1";
	const gone = (status: PaymentFacts["refunds"][number]["status"], amount = 1_000) =>
		look(
			order("cancelled"),
			payment("captured", { refunds: [{ id, amount, status }] }),
			stock({ sold: 3, restocked: 3 }),
		);
	t.deepEqual(gone("succeeded"), []);
	t.deepEqual(gone("pending"), []);
	const refund = { do: "refund", amount: 1_000, currency: "USD" };
	t.deepEqual(gone("requested"), [["money_without_order", { ...refund, id }]]);
	t.deepEqual(gone("failed"), [["money_without_order", { ...refund, id: "ref_1-1" }]]);
	t.deepEqual(gone("succeeded", 400), [["money_without_order", { ...refund, id: "ref_1-1", amount: 600 }]]);
});

test("of an order that does not exist nothing is kept: no money, no hold, no sale", (t) => {
	t.deepEqual(look(null, payment("authorized"), null), [["money_without_order", { do: "void" }]]);
	t.deepEqual(look(null, payment("voided"), stock({ held: 1, sold: 2 })), [
		["stock_held", { do: "release", lines: [{ sku: "MUG", quantity: 1 }] }],
		["stock_sold", { do: "restock", lines: [{ sku: "MUG", quantity: 2 }] }],
	]);
});

test("a refund that the provider made by itself is told to the order", (t) => {
	const paid = payment("partially_refunded", { refunds: [{ id: "re_7", amount: 100, status: "succeeded" }] });
	t.deepEqual(look(order("confirmed"), paid, stock({ sold: 3 })), [
		["refund_unknown", { do: "learn", id: "re_7", amount: 100, currency: "USD" }],
	]);
});
