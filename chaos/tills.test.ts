import { CheckoutPaymentIntent } from "@paypal/paypal-server-sdk";
import test from "ava";
import { sandbox as paypal } from "../embedded/paypal/testing.ts";
import { AUTHORIZE, sandbox as stripe } from "../embedded/stripe/testing.ts";
import { paypalDeals, stripeDeals } from "./tills.ts";

test("what PayPal's stand-in holds, took and gave back of a payment is read from its state", async (t) => {
	const { orders, payments, control } = await paypal(t);
	const deals = async () => paypalDeals((await control("GET", "/state")).body);
	const amount = { currencyCode: "USD", value: "19.99" };
	const body = { intent: CheckoutPaymentIntent.Authorize, purchaseUnits: [{ customId: "pay_1", amount }] };
	const id = (await orders.createOrder({ body })).result.id!;
	const deal = { provider: "paypal", id, payment: "pay_1", held: 0, captures: [], refunds: [] };
	t.deepEqual(await deals(), [deal]);
	await control("POST", `/approve/${id}`);
	const [made] = (await orders.authorizeOrder({ id })).result.purchaseUnits![0]!.payments!.authorizations!;
	t.deepEqual(await deals(), [{ ...deal, held: 1_999 }]);
	const capture = (
		await payments.captureAuthorizedPayment({ authorizationId: made!.id!, body: { finalCapture: true } })
	).result.id!;
	t.deepEqual(await deals(), [{ ...deal, captures: [1_999] }]);
	const part = { amount: { currencyCode: "USD", value: "4.00" }, customId: "pay_1/ref_1" };
	await payments.refundCapturedPayment({ captureId: capture, body: part });
	t.deepEqual(await deals(), [{ ...deal, captures: [1_999], refunds: [{ id: "ref_1", amount: 400 }] }]);
});

test("what Stripe's stand-in holds, took and gave back of a payment is read from its state", async (t) => {
	const { stripe: sdk, control } = await stripe(t);
	const deals = async () => stripeDeals((await control("GET", "/state")).body);
	const { id } = await sdk.paymentIntents.create({ ...AUTHORIZE, metadata: { payment: "pay_1" } });
	const deal = { provider: "stripe", id, payment: "pay_1", held: 0, captures: [], refunds: [] };
	t.deepEqual(await deals(), [{ ...deal, held: 1_999 }]);
	await sdk.paymentIntents.capture(id);
	t.deepEqual(await deals(), [{ ...deal, captures: [1_999] }]);
	await sdk.refunds.create({ payment_intent: id, amount: 400, metadata: { refund: "ref_1" } });
	t.deepEqual(await deals(), [{ ...deal, captures: [1_999], refunds: [{ id: "ref_1", amount: 400 }] }]);
	const other = await sdk.paymentIntents.create(AUTHORIZE);
	await sdk.paymentIntents.cancel(other.id);
	const cancelled = (await deals()).find((one) => one.id === other.id);
	t.deepEqual(cancelled, { ...deal, id: other.id, payment: "" });
});
