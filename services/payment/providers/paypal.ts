import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { CustomError, Order, OrderRequest, OrdersController, PaymentsController } from "@paypal/paypal-server-sdk";
import { setting } from "../../../runtime/config.ts";
import type { Payment } from "../domain.ts";
import { paypalMoney } from "./paypal-money.ts";
import { captureSight, refundSight, sightOf } from "./paypal-sight.ts";
import { adapterTo } from "./paypal-transport.ts";
import { paypalWebhooks } from "./paypal-webhook.ts";
import { type PaymentProvider, Refused, Rubbish, type Sight, without } from "./provider.ts";

const SANDBOX = "https://api-m.sandbox.paypal.com";
const FULL = "return=representation";
/** PayPal forgets orders that were not paid for after some hours. */
const GONE = ["INVALID_RESOURCE_ID", "RESOURCE_NOT_FOUND"];
const OVER = ["ORDER_ALREADY_AUTHORIZED", "ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED"];

interface Sdk {
	orders: OrdersController;
	payments: PaymentsController;
}

/**
 * PayPal: https://developer.paypal.com/docs/checkout/standard/customize/authorization/. The buyer approves on PayPal's page;
 * authorizing comes afterwards.
 */
export function paypal(): { provider: PaymentProvider; close(): void } {
	const origin = new URL(setting("PAYPAL_API_URL") || SANDBOX);
	const agent = new (origin.protocol === "http:" ? HttpAgent : HttpsAgent)({ keepAlive: true, maxSockets: 32 });
	const verify = paypalWebhooks(origin);
	let loading: Promise<Sdk> | undefined;

	async function connect(): Promise<Sdk> {
		const [oAuthClientId, oAuthClientSecret] = [setting("PAYPAL_CLIENT_ID"), setting("PAYPAL_CLIENT_SECRET")];
		if (!oAuthClientId || !oAuthClientSecret) throw new Error("PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET are not set");
		const { Client, Environment, OrdersController, PaymentsController } = await import("@paypal/paypal-server-sdk");
		const client = new Client({
			environment: Environment.Sandbox,
			clientCredentialsAuthCredentials: {
				oAuthClientId,
				oAuthClientSecret,
				// The SDK keeps a failure to get a token for ever: the next question needs a client that had none.
				oAuthTokenProvider: (last, manager) =>
					manager.updateToken(last).catch((error) => {
						loading = undefined;
						throw error;
					}),
			},
			unstable_httpClientOptions: { adapter: adapterTo(origin, agent) },
		});
		return { orders: new OrdersController(client), payments: new PaymentsController(client) };
	}

	/** Asks; with a fresh token when PayPal does not take the one it gave. @throws Refused when PayPal said no */
	async function asked<T>(question: (sdk: Sdk) => Promise<{ result: T }>, again = true): Promise<T> {
		loading ??= connect();
		try {
			return (await question(await loading)).result;
		} catch (error) {
			const status = (error as { statusCode?: number }).statusCode;
			if (status === 401 && again) {
				loading = undefined;
				return asked(question, false);
			}
			throw refusalOf(error, status);
		}
	}

	/** A refusal may mean that the payment has moved on: then a look tells. */
	const orLook = (payment: Payment, work: Promise<Sight>): Promise<Sight> =>
		work.catch((error) => {
			if (!(error instanceof Refused)) throw error;
			return provider.look(payment);
		});

	async function approved(payment: Payment): Promise<Sight> {
		try {
			const done = await asked<Order>(({ orders }) =>
				orders.authorizeOrder({ id: payment.providerId!, paypalRequestId: payment.keys.approve, prefer: FULL }),
			);
			return sightOf(done);
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			return OVER.includes(error.code) ? provider.look(payment) : declined(payment, error);
		}
	}

	const provider: PaymentProvider = {
		async authorize(payment) {
			try {
				const body = orderRequest(payment);
				return sightOf(
					await asked<Order>(({ orders }) =>
						orders.createOrder({ body, paypalRequestId: payment.keys.authorize, prefer: FULL }),
					),
				);
			} catch (error) {
				if (error instanceof Refused) return declined(payment, error);
				throw error;
			}
		},
		async resume(payment) {
			const now = await provider.look(payment);
			// Approved, and nothing authorized yet.
			return now.status === "pending" && !now.authorizationId ? approved(payment) : now;
		},
		async look(payment) {
			try {
				return sightOf(await asked<Order>(({ orders }) => orders.getOrder({ id: payment.providerId! })));
			} catch (error) {
				const gone = error instanceof Refused && GONE.includes(error.code) && !payment.authorizationId;
				if (gone) return { ...without(payment, "voided"), providerId: payment.providerId };
				throw error;
			}
		},
		// PayPal has no search for orders; one that nobody was sent to can never be approved.
		find: () => Promise.resolve(null),
		capture(payment) {
			const { authorizationId, currency, amount, keys } = payment;
			if (!authorizationId) return provider.look(payment);
			const body = { amount: paypalMoney(amount, currency), finalCapture: true };
			const work = asked(({ payments }) =>
				payments.captureAuthorizedPayment({ authorizationId, paypalRequestId: keys.capture, prefer: FULL, body }),
			);
			return orLook(
				payment,
				work.then((capture) => captureSight(payment, capture)),
			);
		},
		async void(payment) {
			const before = payment.authorizationId ? null : await provider.look(payment);
			const authorizationId = payment.authorizationId ?? before?.authorizationId;
			// Nothing is held before the authorization, and an order cannot be taken back: it ends by itself.
			if (!authorizationId) return { ...without(payment, "voided"), providerId: payment.providerId };
			const work = asked(({ payments }) =>
				payments.voidPayment({ authorizationId, paypalRequestId: payment.keys.void }),
			);
			return orLook(
				payment,
				work.then(() => ({ ...without(payment, "voided"), providerId: payment.providerId, authorizationId })),
			);
		},
		async refund(payment, { id, key, amount }) {
			const captureId = payment.captureId ?? (await provider.look(payment)).captureId;
			if (!captureId) throw new Rubbish("a captured payment without a capture");
			const body = { amount: paypalMoney(amount, payment.currency), customId: `${payment.id}/${id}` };
			return refundSight(
				await asked(({ payments }) =>
					payments.refundCapturedPayment({ captureId, paypalRequestId: key, prefer: FULL, body }),
				),
			);
		},
		async paymentOf(providerId) {
			try {
				const found = await asked<Order>(({ orders }) => orders.getOrder({ id: providerId }));
				return found.purchaseUnits?.[0]?.customId ?? null;
			} catch (error) {
				// What PayPal does not know is nobody's payment.
				if (error instanceof Refused && UNKNOWN.has(error.code)) return null;
				throw error;
			}
		},
		verifyWebhook: verify,
	};

	return { provider, close: () => agent.destroy() };
}

const UNKNOWN: ReadonlySet<string> = new Set(["INVALID_RESOURCE_ID", "RESOURCE_NOT_FOUND"]);

function declined(payment: Payment, { code, message }: Refused): Sight {
	const failure = { code, message, declineCode: null };
	return { ...without(payment, "failed"), providerId: payment.providerId, failure };
}

/** The same payment gives the same request. The parcel's address stays here: PayPal needs none to hold money. */
function orderRequest({ id, orderNumber, amount, currency, returnUrl }: Payment): OrderRequest {
	return {
		intent: "AUTHORIZE" as OrderRequest["intent"],
		purchaseUnits: [{ customId: id, description: `Order ${orderNumber}`, amount: paypalMoney(amount, currency) }],
		paymentSource: {
			paypal: {
				experienceContext: {
					returnUrl: returnUrl!,
					cancelUrl: returnUrl!,
					userAction: "PAY_NOW" as never,
					shippingPreference: "NO_SHIPPING" as never,
				},
			},
		},
	};
}

/** PayPal's no, with the issue as its code; any other error as it is. */
function refusalOf(error: unknown, status: number | undefined): unknown {
	if (status !== 400 && status !== 403 && status !== 404 && status !== 422) return error;
	const { result, message } = error as CustomError;
	const detail = result?.details?.[0];
	return new Refused(detail?.issue ?? result?.name ?? "refused", detail?.description ?? result?.message ?? message);
}
