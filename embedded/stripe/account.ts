import { createHmac } from "node:crypto";
import { type FaultControl, faultControl } from "../faults.ts";
import { type Collection, openState, type State } from "../state.ts";
import { type Outgoing, outgoing } from "../webhooks.ts";
import type {
	Charge,
	Customer,
	Dispute,
	PaymentIntent,
	PaymentMethod,
	Refund,
	StripeEvent,
	WebhookEndpoint,
} from "./documents.ts";
import { newId, unixTime } from "./ids.ts";

/** The version of the objects, that of the OpenAPI document they are held against. */
export const API_VERSION = "2026-08-26.dahlia";

/** One Stripe account in test mode: its objects, and the events that tell of them. */
export type Account = {
	state: State;
	webhooks: Outgoing;
	faults: FaultControl;
	/** Where a browser reaches the stand-in. */
	origin: string;
	/** The request that is being executed: events name it. */
	request: { id: string | null; idempotency_key: string | null };
	customers: Collection<Customer>;
	paymentMethods: Collection<PaymentMethod>;
	paymentIntents: Collection<PaymentIntent>;
	charges: Collection<Charge>;
	refunds: Collection<Refund>;
	disputes: Collection<Dispute>;
	events: Collection<StripeEvent>;
	webhookEndpoints: Collection<WebhookEndpoint>;
	/** Stores the event and sends it. `object` is the JSON that `put` gave; call it within the transaction of the change. */
	emit(type: string, object: string, previous?: object): void;
	/** What is to end with the account, such as a timer. */
	onClose(end: () => void): void;
	close(): void;
};

export function openAccount(dataDir: string | null): Account {
	const state = openState(dataDir, "stripe");
	const faults = faultControl(state);
	const webhooks = outgoing(state, signature, faults.webhooks);
	const events = state.collection<StripeEvent>("events", { cached: 0 });
	const ends: (() => void)[] = [];
	const account: Account = {
		state,
		webhooks,
		faults,
		origin: "",
		request: { id: null, idempotency_key: null },
		customers: state.collection<Customer>("customers", {
			terms: ({ email, deleted }) => (deleted ? [] : email ? ["live", `email:${email}`] : ["live"]),
		}),
		paymentMethods: state.collection<PaymentMethod>("payment_methods", {
			terms: ({ customer }) => (customer ? [`customer:${customer}`] : []),
		}),
		paymentIntents: state.collection<PaymentIntent>("payment_intents", { terms: intentTerms }),
		charges: state.collection<Charge>("charges", {
			terms: ({ payment_intent, customer }) => [
				`payment_intent:${payment_intent}`,
				...(customer ? [`customer:${customer}`] : []),
			],
		}),
		refunds: state.collection<Refund>("refunds", {
			terms: ({ payment_intent, charge }) => [`payment_intent:${payment_intent}`, `charge:${charge}`],
		}),
		disputes: state.collection<Dispute>("disputes", {
			terms: ({ payment_intent, charge }) => [`payment_intent:${payment_intent}`, `charge:${charge}`],
		}),
		events,
		webhookEndpoints: state.collection<WebhookEndpoint>("webhook_endpoints"),
		emit(type, object, previous) {
			const id = newId("evt");
			const targets = webhooks
				.targets()
				.filter(({ events }) => !events || events.includes("*") || events.includes(type));
			// Put together from text, for the object has just been written as JSON once already.
			const before = previous ? `,"previous_attributes":${JSON.stringify(previous)}` : "";
			const json = `{"id":"${id}","object":"event","api_version":"${API_VERSION}","created":${unixTime()},"data":{"object":${object}${before}},"livemode":false,"pending_webhooks":${targets.length},"request":${JSON.stringify(account.request)},"type":"${type}"}`;
			events.putJson(id, json);
			webhooks.send(type, json);
		},
		onClose: (end) => ends.push(end),
		close() {
			for (const end of ends) end();
			webhooks.close();
			state.close();
		},
	};
	return account;
}

function intentTerms({ customer, metadata }: PaymentIntent): string[] {
	const terms = Object.entries(metadata).map(([key, value]) => `metadata:${key}=${value}`);
	if (customer) terms.push(`customer:${customer}`);
	return terms;
}

/** https://docs.stripe.com/webhooks#verify-manually */
function signature(body: string, { secret }: { secret: string }): Record<string, string> {
	const at = unixTime();
	const v1 = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
	return { "content-type": "application/json; charset=utf-8", "stripe-signature": `t=${at},v1=${v1}` };
}
