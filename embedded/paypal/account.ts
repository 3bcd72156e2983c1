import { type FaultControl, faultControl } from "../faults.ts";
import { type Collection, openState, type State } from "../state.ts";
import { type Outgoing, outgoing } from "../webhooks.ts";
import type { Authorization, Capture, Kind, Order, Refund } from "./documents.ts";
import { newId, timestamp } from "./ids.ts";
import { render } from "./render.ts";
import { type Signature, signatures } from "./signature.ts";

/** One PayPal sandbox account of a merchant: its orders and payments, and the webhooks that tell of them. */
export type Account = {
	state: State;
	webhooks: Outgoing;
	faults: FaultControl;
	signature: Signature;
	/** Where links lead: browsers reach the stand-in there. */
	origin: string;
	/** Its own address, whatever buyers see: where the certificate of webhooks is read. */
	self: string;
	orders: Collection<Order>;
	authorizations: Collection<Authorization>;
	captures: Collection<Capture>;
	refunds: Collection<Refund>;
	/** Invoice ids of captures: each is good for one order. */
	invoices: Collection<{ order: string }>;
	/** Stores the event and sends it; call it within the transaction of the change. */
	emit(type: string, kind: Kind, id: string): void;
	close(): void;
};

const RESOURCE_TYPES: Record<Kind, string> = {
	order: "checkout-order",
	authorization: "authorization",
	capture: "capture",
	refund: "refund",
};
const SUMMARIES: Record<string, string> = {
	"CHECKOUT.ORDER.APPROVED": "An order has been approved by buyer",
	"PAYMENT.AUTHORIZATION.CREATED": "A payment authorization was created",
	"PAYMENT.AUTHORIZATION.VOIDED": "A payment authorization was voided",
	"PAYMENT.CAPTURE.COMPLETED": "Payment completed",
	"PAYMENT.CAPTURE.PENDING": "Payment pending",
	"PAYMENT.CAPTURE.DENIED": "Payment denied",
	"PAYMENT.CAPTURE.REFUNDED": "A capture payment was refunded",
};

export function openAccount(dataDir: string | null): Account {
	const state = openState(dataDir, "paypal");
	const faults = faultControl(state);
	const signature = signatures(state, () => account.self);
	const webhooks = outgoing(state, signature.headers, faults.webhooks);
	const events = state.collection<{ id: string }>("events", { cached: 0 });
	const account: Account = {
		state,
		webhooks,
		faults,
		signature,
		origin: "",
		self: "",
		orders: state.collection<Order>("orders"),
		authorizations: state.collection<Authorization>("authorizations"),
		captures: state.collection<Capture>("captures"),
		refunds: state.collection<Refund>("refunds"),
		invoices: state.collection<{ order: string }>("invoices"),
		emit(type, kind, id) {
			const name = `WH-${newId()}-${id}`;
			const self = `${account.origin}/v1/notifications/webhooks-events/${name}`;
			const json = JSON.stringify({
				id: name,
				event_version: "1.0",
				create_time: timestamp(),
				resource_type: RESOURCE_TYPES[kind],
				resource_version: "2.0",
				event_type: type,
				summary: SUMMARIES[type],
				resource: render(account, kind, id),
				links: [
					{ href: self, rel: "self", method: "GET" },
					{ href: `${self}/resend`, rel: "resend", method: "POST" },
				],
			});
			events.putJson(name, json);
			webhooks.send(type, json);
		},
		close() {
			webhooks.close();
			state.close();
		},
	};
	return account;
}
