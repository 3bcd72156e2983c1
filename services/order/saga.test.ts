import test from "ava";
import fc from "fast-check";
import type { CheckoutCart } from "../../schemas/cart.ts";
import type { PaymentState } from "../../schemas/payment.ts";
import type { OrderState } from "./domain.ts";
import { transitions, unfulfilled, withShipment } from "./domain.ts";
import { opened } from "./drive.ts";
import { commandFor, reduce, type SagaEvent } from "./saga.ts";

const usd = (amount: number) => ({ amount, currency: "USD" });
const AT = "2026-01-01T00:00:00.000Z";
const options = { fulfil: true };

const fresh = (): OrderState => ({
	...opened({
		number: "100001",
		cartId: "cart_1",
		cartTokenHash: null,
		userId: null,
		email: "a@b.test",
		requestKey: undefined,
		payment: { provider: "stripe" },
	}),
	rev: 1,
});

const line = {
	id: "itm_1",
	variantId: "var_1",
	sku: "A",
	productId: "prod_1",
	slug: "a",
	title: "A",
	image: null,
	quantity: 2,
	unitPrice: usd(500),
	total: usd(1_000),
	discount: usd(0),
	tax: usd(0),
	grams: 100,
	requiresShipping: true,
};
const cart: CheckoutCart = {
	cartId: "cart_1",
	userId: null,
	currency: "USD",
	items: [line],
	promotions: [],
	shippingAddress: null,
	shippingRate: null,
	totals: { subtotal: usd(1_000), discount: usd(0), shipping: usd(0), tax: usd(0), total: usd(1_000) },
};
const payment = (status: PaymentState["status"], extra: Partial<PaymentState> = {}): PaymentState => ({
	id: "pay_1",
	provider: "stripe",
	status,
	amount: usd(1_000),
	captured: usd(status === "captured" ? 1_000 : 0),
	refunded: usd(0),
	nextAction: null,
	failure: null,
	version: 1,
	...extra,
});

const through = (events: SagaEvent[], from = fresh()) => {
	const facts: string[] = [];
	const state = events.reduce((order, event) => {
		const reduced = reduce(order, event, AT, options);
		facts.push(...(reduced.facts ?? []).map(({ name }) => name));
		return reduced.state;
	}, from);
	return { state, facts };
};

const PAID: SagaEvent[] = [
	{ type: "reserved", cart },
	{ type: "payment", payment: payment("authorized") },
	{ type: "committed" },
	{ type: "payment", payment: payment("captured") },
];

test("a paid order goes reserve, authorize, commit, capture and is confirmed once", (t) => {
	const commands: (string | null)[] = [];
	let state = fresh();
	for (const event of PAID) {
		commands.push(commandFor(state, AT));
		state = reduce(state, event, AT, options).state;
	}
	t.deepEqual(commands, ["reserve", "authorize", "commit", "capture"]);
	t.is(commandFor(state, AT), null);
	t.is(state.status, "confirmed");
	t.deepEqual(through(PAID).facts, ["order.confirmed"]);
	t.deepEqual(state.fulfilments[0]?.items, [{ itemId: "itm_1", quantity: 2 }]);
	t.is(state.nextAttemptAt, null);
});

test("a declined card is undone before the order fails", (t) => {
	const declined = payment("failed", {
		failure: { code: "card_declined", declineCode: null, message: "Your card was declined." },
	});
	const { state } = through([
		{ type: "reserved", cart },
		{ type: "payment", payment: declined },
	]);
	t.is(commandFor(state, AT), "undo");
	t.is(state.status, "pending");
	const { state: failed, facts } = through([{ type: "undone" }], state);
	t.is(failed.status, "payment_failed");
	t.is(failed.failure?.detail, "Your card was declined.");
	t.deepEqual(facts, ["order.payment_failed"]);
	t.is(commandFor(failed, AT), null);
});

test("an order that waits for its buyer is undone when the hold is over, not before", (t) => {
	const waiting = payment("requires_action", { nextAction: { type: "redirect", url: "https://example.test" } });
	const { state } = through([
		{ type: "reserved", cart },
		{ type: "payment", payment: waiting },
	]);
	t.is(state.status, "requires_action");
	t.is(commandFor(state, AT), null);
	t.is(state.nextAttemptAt, state.expiresAt);
	t.is(commandFor(state, state.expiresAt), "undo");
	const { state: expired } = through([{ type: "expired" }, { type: "undone" }], state);
	t.is(expired.status, "payment_failed");
});

test("stock that is gone at the commit voids the payment and tells the buyer", (t) => {
	const { state } = through([
		...PAID.slice(0, 2),
		{ type: "commit_refused", lines: [{ sku: "A", available: 0 }] },
		{ type: "undone" },
	]);
	t.is(state.status, "payment_failed");
	t.is(state.failure?.code, "out_of_stock");
});

test("every event that is repeated or late changes nothing that was decided", (t) => {
	const anyEvent = fc.constantFrom<SagaEvent>(
		...PAID,
		{ type: "payment", payment: payment("requires_action") },
		{ type: "payment", payment: payment("failed") },
		{ type: "payment", payment: payment("voided") },
		{ type: "commit_refused", lines: [] },
		{ type: "undone" },
		{ type: "expired" },
		{ type: "cancel_requested" },
		{ type: "cancelled" },
	);
	fc.assert(
		fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
			let state = fresh();
			let confirmed = 0;
			for (const event of events) {
				const before = state.status;
				const reduced = reduce(state, event, AT, options);
				state = reduced.state;
				confirmed += (reduced.facts ?? []).filter(({ name }) => name === "order.confirmed").length;
				if (state.status !== before) t.true(transitions[before].includes(state.status), `${before} -> ${state.status}`);
			}
			t.true(confirmed <= 1);
			t.false(confirmed === 1 && state.status === "payment_failed");
		}),
		{ numRuns: 2_000 },
	);
});

const refund = { id: "ref_1", amount: usd(400), reason: "scratched" };

test("an order is not cancelled while a refund of it is under way, nor after it", (t) => {
	const { state } = through([...PAID, { type: "refund_requested", refund }, { type: "cancel_requested" }]);
	t.is(state.saga, "confirmed");
	t.is(commandFor(state, AT), "refund");
	const part = payment("partially_refunded", { captured: usd(1_000), refunded: usd(400) });
	const returned = through([{ type: "refunded", refundId: "ref_1", payment: part }], state).state;
	t.is(returned.status, "partially_refunded");
	t.deepEqual(through([{ type: "cancel_requested" }], returned).state, returned);
});

const parcel = (id: string, status: string, version: number, items = [{ itemId: "itm_1", quantity: 2 }]) => ({
	id,
	orderId: "ord_1",
	status: status as "in_transit",
	carrier: "UPS",
	service: "Ground",
	trackingNumber: "1Z",
	trackingUrl: null,
	items,
	events: [],
	version,
});

test("news of a parcel that come late or out of order never take an order back", (t) => {
	const { state } = through(PAID);
	let order = state;
	const facts: string[] = [];
	for (const shipment of [
		parcel("shp_1", "in_transit", 3),
		parcel("shp_1", "label_created", 2),
		parcel("shp_1", "delivered", 5),
		parcel("shp_1", "in_transit", 3),
		parcel("shp_1", "delivered", 5),
	]) {
		const next = withShipment(order, shipment, AT);
		order = next.state;
		facts.push(...next.facts.map(({ name }) => name));
	}
	t.is(order.status, "delivered");
	t.deepEqual(facts, ["order.delivered"]);
	t.is(order.timeline.filter(({ type }) => type === "shipment.in_transit").length, 1);
});

test("an order in two parcels is partially shipped, then shipped, then delivered", (t) => {
	const { state } = through(PAID);
	const half = [{ itemId: "itm_1", quantity: 1 }];
	let order: OrderState = {
		...state,
		fulfilments: [
			{ id: "ful_1", items: half },
			{ id: "ful_2", items: half },
		],
	};
	t.deepEqual(unfulfilled(order), []);
	const statuses: string[] = [];
	for (const shipment of [
		parcel("shp_1", "in_transit", 2, half),
		parcel("shp_2", "in_transit", 2, half),
		parcel("shp_1", "delivered", 3, half),
		parcel("shp_2", "delivered", 3, half),
	]) {
		order = withShipment(order, shipment, AT).state;
		statuses.push(order.status);
	}
	t.deepEqual(statuses, ["partially_shipped", "shipped", "shipped", "delivered"]);
});
