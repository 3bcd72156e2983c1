import test from "ava";
import fc from "fast-check";
import type { PaymentStatus } from "../../schemas/payment.ts";
import { type Payment, pending, saw } from "./domain.ts";
import type { RefundSight, Sight } from "./providers/provider.ts";
import { sawRefunds, withRefund } from "./refunds.ts";
import { isOver, leadsTo, requireTransition } from "./transitions.ts";

const AT = "2026-01-01T00:00:00.000Z";
const STATUSES: PaymentStatus[] = [
	"pending",
	"requires_action",
	"authorized",
	"captured",
	"partially_refunded",
	"refunded",
	"voided",
	"failed",
];

const fresh = (): Payment => ({
	...pending(
		{
			id: "pay_1",
			orderId: "ord_1",
			orderNumber: "1",
			userId: null,
			tokenHash: null,
			provider: "stripe",
			amount: { amount: 1000, currency: "USD" },
			paymentMethod: "pm_card_visa",
			returnUrl: null,
		},
		AT,
	),
	rev: 1,
});

const sight = (status: Sight["status"], refunds: RefundSight[] | null = null): Sight => ({
	status,
	providerId: "pi_1",
	amount: 1000,
	currency: "USD",
	captured: status === "captured" ? 1000 : 0,
	nextAction: status === "requires_action" ? { type: "redirect", url: "https://bank.test" } : null,
	failure: status === "failed" ? { code: "declined", message: "no", declineCode: null } : null,
	refunds,
});

const cash = ({ ledger }: Payment) =>
	ledger.filter(({ account }) => account === "cash:stripe").reduce((sum, { amount }) => sum + amount, 0);

test("the keys of all calls are on record before the first of them", (t) => {
	t.deepEqual(fresh().keys, {
		authorize: "ord_1:authorize",
		approve: "ord_1:approve",
		capture: "ord_1:capture",
		void: "ord_1:void",
	});
});

test("a transition that does not exist is refused with those that do", (t) => {
	const error = t.throws(() => requireTransition("captured", "voided"));
	t.like(error, {
		type: "transition_not_allowed",
		data: { status: "captured", allowed: ["partially_refunded", "refunded"] },
	});
	t.notThrows(() => requireTransition("captured", "captured"));
	t.deepEqual(STATUSES.filter(isOver), ["voided", "failed"]);
});

test("the same sight again changes nothing", (t) => {
	for (const status of ["requires_action", "authorized", "captured", "voided", "failed"] as const) {
		const once = saw(fresh(), sight(status), AT);
		t.is(once.status, status);
		t.is(saw(once, sight(status), AT), once);
	}
});

test("a failed or voided payment stays so whatever its provider says afterwards", (t) => {
	for (const over of ["failed", "voided"] as const) {
		const payment = saw(fresh(), sight(over), AT);
		for (const later of ["requires_action", "authorized", "captured"] as const)
			t.is(saw(payment, sight(later), AT), payment);
	}
});

test("a refund is on record under its key before it is made, and never exceeds what is left", (t) => {
	const captured = saw(fresh(), sight("captured"), AT);
	const one = withRefund(captured, "ref_1", { amount: 600, currency: "USD" }, AT);
	t.like(one.refunds[0], { key: "ord_1:refund:ref_1", status: "requested" });
	t.is(withRefund(one, "ref_1", { amount: 600, currency: "USD" }, AT), one);
	const refused = t.throws(() => withRefund(one, "ref_2", { amount: 401, currency: "USD" }, AT));
	t.like(refused, { type: "refund_exceeds_payment", data: { refundable: { amount: 400, currency: "USD" } } });
	t.throws(() => withRefund(fresh(), "ref_1", { amount: 1, currency: "USD" }, AT), { message: /pending cannot/ });
});

test("whatever is seen in whatever order, each step is allowed and the ledger balances", (t) => {
	const status = fc.constantFrom("pending", "requires_action", "authorized", "captured", "voided", "failed" as const);
	const refund = fc.record({
		id: fc.constantFrom("ref_1", "ref_2", null),
		n: fc.integer({ min: 1, max: 3 }),
		status: fc.constantFrom("pending", "succeeded", "failed" as const),
	});
	const refundsOf = (list: { id: string | null; n: number; status: RefundSight["status"] }[]) =>
		list.map(({ id, n, status }) => ({ id, providerId: id ? `re_${id}` : `re_${n}`, amount: 100, status }));
	const step = fc.oneof(
		fc.record({ status, refunds: fc.option(fc.array(refund, { maxLength: 3 }), { nil: null }) }),
		fc.constantFrom("ref_1", "ref_2"),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
			let payment = fresh();
			for (const next of steps) {
				const before = payment;
				if (typeof next === "string") {
					try {
						payment = withRefund(payment, next, { amount: 100, currency: "USD" }, AT);
						payment = sawRefunds(
							payment,
							[{ id: next, providerId: `re_${next}`, amount: 100, status: "succeeded" }],
							AT,
						);
					} catch (error) {
						if (!(error as { type?: string }).type) throw error;
					}
				} else {
					payment = saw(payment, sight(next.status, next.refunds && refundsOf(next.refunds)), AT);
				}
				const direct = before.status === payment.status || leadsTo(before.status, payment.status);
				const leap =
					before.status === "pending" || before.status === "requires_action" || before.status === "authorized";
				if (!direct && !leap) throw new Error(`${before.status} became ${payment.status}`);
				if (payment.ledger.length < before.ledger.length) throw new Error("the ledger lost entries");
			}
			const { ledger, captured, refunded } = payment;
			if (new Set(ledger.map(({ id }) => id)).size !== ledger.length) throw new Error("an effect is in twice");
			if (ledger.reduce((sum, { amount }) => sum + amount, 0) !== 0) throw new Error("it does not sum to zero");
			if (cash(payment) !== captured - refunded) throw new Error("cash is not what was captured and kept");
		}),
		{ numRuns: 500 },
	);
	t.pass();
});
