import { type Money, minor } from "../embedded/paypal/money.ts";
import { grouped } from "./grouped.ts";

/** What a payment provider holds for one payment of the shop. Amounts in minor units. */
export interface Deal {
	provider: "stripe" | "paypal";
	/** The provider's own id: `pi_...`, or PayPal's order. */
	id: string;
	/** The shop's payment that it is marked with. */
	payment: string;
	/** What is blocked on the buyer's side and not taken. */
	held: number;
	/** What was taken, each time. */
	captures: number[];
	/** What went back, each time, by the shop's id of the refund. */
	refunds: { id: string; amount: number }[];
}

/** A stand-in's collections by name, documents by id, as `/_sandbox/state` shows them. */
export type TillState = Record<string, Record<string, unknown>>;

interface Intent {
	id: string;
	amount: number;
	status: string;
	metadata: { payment?: string };
}

interface Charge {
	payment_intent: string;
	captured: boolean;
	amount_captured: number;
}

interface StripeRefund {
	payment_intent: string;
	amount: number;
	status: string;
	metadata: { refund?: string };
}

const listed = <T>(state: TillState, name: string) => Object.values(state[name] ?? {}) as T[];

export function stripeDeals(state: TillState): Deal[] {
	const charges = grouped(listed<Charge>(state, "charges"), ({ payment_intent }) => payment_intent);
	const refunds = grouped(listed<StripeRefund>(state, "refunds"), ({ payment_intent }) => payment_intent);
	return listed<Intent>(state, "payment_intents").map(({ id, amount, status, metadata }) => ({
		provider: "stripe",
		id,
		payment: metadata.payment ?? "",
		held: status === "requires_capture" ? amount : 0,
		captures: charges(id)
			.filter(({ captured }) => captured)
			.map(({ amount_captured }) => amount_captured),
		refunds: refunds(id)
			.filter((refund) => refund.status !== "failed")
			.map((refund) => ({ id: refund.metadata.refund ?? "", amount: refund.amount })),
	}));
}

interface PaypalDocument {
	id: string;
	order: string;
	status: string;
	amount: Money;
	custom_id?: string;
}

interface PaypalOrder {
	id: string;
	purchase_units: { custom_id?: string }[];
}

const HELD: ReadonlySet<string> = new Set(["CREATED", "PARTIALLY_CAPTURED"]);

export function paypalDeals(state: TillState): Deal[] {
	const of = (name: string) => grouped(listed<PaypalDocument>(state, name), ({ order }) => order);
	const [authorizations, captures, refunds] = [of("authorizations"), of("captures"), of("refunds")];
	return listed<PaypalOrder>(state, "orders").map(({ id, purchase_units }) => ({
		provider: "paypal",
		id,
		payment: purchase_units[0]?.custom_id ?? "",
		held: authorizations(id).reduce((sum, { status, amount }) => sum + (HELD.has(status) ? minor(amount) : 0), 0),
		captures: captures(id)
			.filter(({ status }) => status !== "DECLINED")
			.map(({ amount }) => minor(amount)),
		// The shop marks a refund with its payment and its own id.
		refunds: refunds(id).map(({ amount, custom_id = "" }) => ({
			id: custom_id.split("/")[1] ?? "",
			amount: minor(amount),
		})),
	}));
}
