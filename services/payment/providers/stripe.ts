import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Stripe } from "stripe";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import type { Payment } from "../domain.ts";
import { shopMark } from "../reconcile/mark.ts";
import type { PaymentProvider, Sight } from "./provider.ts";
import { outcomeOf, refundSight, refusalOf, sightOf } from "./stripe-sight.ts";
import { hintOf } from "./stripe-webhook.ts";

/** One repeat fits into the time that a provider has. */
const TIMEOUT = 3_500;
const WITH_REFUNDS = { expand: ["latest_charge.refunds"] };

/** Stripe: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
export function stripe(): { provider: PaymentProvider; close(): void } {
	let loading: Promise<Stripe> | undefined;
	let agent: HttpAgent | undefined;

	const client = () => {
		loading ??= connect();
		return loading;
	};

	async function connect(): Promise<Stripe> {
		const key = setting("STRIPE_SECRET_KEY");
		if (!key) throw new Error("STRIPE_SECRET_KEY is not set");
		const { default: Sdk } = await import("stripe");
		const address = setting("STRIPE_API_URL");
		const url = new URL(address || "https://api.stripe.com");
		const plain = url.protocol === "http:";
		agent = new (plain ? HttpAgent : HttpsAgent)({ keepAlive: true, maxSockets: 64, scheduling: "lifo" });
		return new Sdk(key, {
			host: url.hostname,
			port: url.port || (plain ? "80" : "443"),
			protocol: plain ? "http" : "https",
			httpAgent: agent,
			timeout: TIMEOUT,
			maxNetworkRetries: 1,
			telemetry: false,
		});
	}

	/** Repeats what was refused because the payment had moved on meanwhile by a look at where it is. */
	async function orLook(payment: Payment, question: (sdk: Stripe) => Promise<Stripe.PaymentIntent>): Promise<Sight> {
		const sdk = await client();
		try {
			return sightOf(await question(sdk));
		} catch (error) {
			if ((error as { code?: unknown }).code !== "payment_intent_unexpected_state") throw refusalOf(error);
			return provider.look(payment);
		}
	}

	const provider: PaymentProvider = {
		async authorize(payment) {
			const sdk = await client();
			try {
				return sightOf(await sdk.paymentIntents.create(intentOf(payment), { idempotencyKey: payment.keys.authorize }));
			} catch (error) {
				return outcomeOf(error, payment);
			}
		},
		resume: (payment) => provider.look(payment),
		async look(payment) {
			const sdk = await client();
			try {
				return sightOf(await sdk.paymentIntents.retrieve(payment.providerId!, WITH_REFUNDS));
			} catch (error) {
				throw refusalOf(error);
			}
		},
		async find(payment) {
			const sdk = await client();
			const query = `metadata['payment']:'${payment.id}'`;
			const { data } = await sdk.paymentIntents.search({ query, limit: 1 });
			return data[0] ? sightOf(data[0]) : null;
		},
		capture: (payment) =>
			orLook(payment, (sdk) =>
				sdk.paymentIntents.capture(payment.providerId!, {}, { idempotencyKey: payment.keys.capture }),
			),
		void: (payment) =>
			orLook(payment, (sdk) =>
				sdk.paymentIntents.cancel(payment.providerId!, {}, { idempotencyKey: payment.keys.void }),
			),
		async refund(payment, { id, key, amount }) {
			const sdk = await client();
			const metadata = { payment: payment.id, refund: id };
			try {
				return refundSight(
					await sdk.refunds.create({ payment_intent: payment.providerId!, amount, metadata }, { idempotencyKey: key }),
				);
			} catch (error) {
				throw refusalOf(error);
			}
		},
		async created({ since, until }, cursor) {
			const sdk = await client();
			const { data, has_more } = await sdk.paymentIntents.list({
				created: { gte: Math.floor(Date.parse(since) / 1_000), lt: Math.ceil(Date.parse(until) / 1_000) },
				limit: 100,
				expand: ["data.latest_charge.refunds"],
				...(cursor ? { starting_after: cursor } : {}),
			});
			const mark = shopMark();
			const payments = data
				.filter(({ metadata }) => metadata.payment && metadata.shop === mark)
				.map((intent) => ({
					paymentId: intent.metadata.payment!,
					orderId: intent.metadata.order ?? null,
					sight: sightOf(intent),
				}));
			return { payments, nextCursor: has_more ? (data.at(-1)?.id ?? null) : null };
		},
		async paymentOf(providerId) {
			const sdk = await client();
			try {
				return (await sdk.paymentIntents.retrieve(providerId)).metadata.payment ?? null;
			} catch (error) {
				// What Stripe does not know is nobody's payment; it is no sign of Stripe being down.
				if ((error as { code?: string }).code === "resource_missing") return null;
				throw error;
			}
		},
		async verifyWebhook({ body, headers }) {
			const secret = setting("STRIPE_WEBHOOK_SECRET");
			const { webhooks } = await client();
			let event: Stripe.Event;
			try {
				event = webhooks.constructEvent(body, headers["stripe-signature"] ?? "", secret, 300);
			} catch {
				throw fail("invalid_signature");
			}
			return hintOf(event);
		},
	};

	return { provider, close: () => agent?.destroy() };
}

/** The same payment gives the same parameters, as a key must not be used for others. */
function intentOf(payment: Payment): Stripe.PaymentIntentCreateParams {
	return {
		amount: payment.amount,
		currency: payment.currency.toLowerCase(),
		capture_method: "manual",
		confirm: true,
		payment_method: payment.paymentMethod!,
		allowed_payment_method_types: ["card"],
		return_url: payment.returnUrl!,
		description: `Order ${payment.orderNumber}`,
		metadata: { order: payment.orderId, payment: payment.id, shop: shopMark() },
	};
}
