import { startPaypal } from "../../embedded/paypal/index.ts";
import { startStripe } from "../../embedded/stripe/index.ts";
import { consumer } from "../../runtime/events/consumer.ts";
import { newId } from "../../runtime/ids.ts";
import { service } from "../../runtime/service.ts";
import { type Door, endings, found, type TestNode, testNode, webhookDoor } from "../../runtime/testing.ts";
import type { Params } from "../../schemas/contract.ts";
import { paymentChanged } from "../../schemas/events.ts";
import { authorizePayment, type Provider, paymentWebhook } from "../../schemas/payment.ts";
import payment from "./payment.service.ts";

/** The payment service on its own node, with the real SDKs, a provider to talk to, and a door for the provider's webhooks. */
export interface Till extends Pick<TestNode, "node" | "ask"> {
	providerUrl: string;
	/** The `payment.changed` facts that came so far, in their order. */
	changes: { paymentId: string; orderId: string; status: string }[];
	/** The webhooks that came so far, as they came. */
	deliveries: Door["deliveries"];
	/** A payment of 19.99 USD, authorized with what is told otherwise. */
	authorize(more?: Partial<Params<typeof authorizePayment>>): ReturnType<typeof order>;
	/** Sets the provider's faults, see embedded/faults.ts; none clears them. */
	faults(faults?: object): Promise<void>;
	/** Looks again until there is something. */
	until: typeof found;
	close(): Promise<void>;
}

const order = async (till: Till, more: Partial<Params<typeof authorizePayment>>) =>
	till.ask(authorizePayment, {
		id: newId("pay"),
		orderId: newId("ord"),
		orderNumber: "1001",
		userId: null,
		tokenHash: null,
		provider: "stripe",
		amount: { amount: 1999, currency: "USD" },
		paymentMethod: "pm_card_visa",
		returnUrl: "https://shop.test/back",
		...more,
	});

/** One for a process, as a process has one set of stores. */
export async function openTill(provider: Provider = "stripe"): Promise<Till> {
	const ends = endings();
	const standIn = await (provider === "stripe" ? startStripe : startPaypal)({ dataDir: null });
	const changes: Till["changes"] = [];
	const listener = service({
		name: "listener",
		actions: [],
		consumers: [consumer(paymentChanged, "note", async ({ data }) => changes.push(data))],
	});
	const { node, ask } = await testNode(
		ends,
		[payment, listener],
		{
			STRIPE_SECRET_KEY: "sk_test_till",
			STRIPE_WEBHOOK_SECRET: "whsec_till",
			STRIPE_API_URL: standIn.url,
			PAYPAL_CLIENT_ID: "till",
			PAYPAL_CLIENT_SECRET: "secret",
			PAYPAL_WEBHOOK_ID: "WH-TILL",
			PAYPAL_API_URL: standIn.url,
		},
		{ patience: { attempts: 5, firstDelay: 50, longestDelay: 500 } },
	);
	const { url, deliveries } = await webhookDoor(ends, (webhook) =>
		ask(paymentWebhook, { provider, ...webhook, url: "" }),
	);
	ends.teardown(() => standIn.close());
	const put = (path: string, body: object) =>
		fetch(standIn.url + path, {
			method: "PUT",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	const secret = provider === "stripe" ? "whsec_till" : "WH-TILL";
	await put("/_sandbox/webhook", { id: secret, url, secret });

	const till: Till = {
		node,
		providerUrl: standIn.url,
		changes,
		deliveries,
		ask,
		authorize: (more = {}) => order(till, { provider, ...more }),
		async faults(faults) {
			if (faults) await put("/_sandbox/faults", faults);
			else await fetch(`${standIn.url}/_sandbox/faults`, { method: "DELETE" });
		},
		until: found,
		close: ends.close,
	};
	return till;
}
