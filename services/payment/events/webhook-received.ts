import { consumer } from "../../../runtime/events/consumer.ts";
import { webhookReceived } from "../../../schemas/events.ts";
import { isKnown } from "../hints.ts";
import { inTurn, payments, webhooks } from "../model.ts";
import { ask } from "../providers/index.ts";
import { settle } from "../settle.ts";

/** A webhook is a hint: what happened is read at the provider. What is not of this shop is left alone. */
export default consumer(webhookReceived, "read-payment-again", async ({ data }) => {
	const webhook = await webhooks.find(data.webhookId);
	if (!webhook) return;
	const { provider, hint } = webhook;
	const { providerId } = hint;
	const paymentId =
		hint.paymentId ?? (providerId === null ? null : await ask(provider, (asked) => asked.paymentOf(providerId), false));
	if (paymentId === null) return;
	await inTurn(paymentId, async () => {
		const payment = await payments.find(paymentId);
		if (!payment || payment.provider !== provider || isKnown(payment, hint)) return;
		const at = { ...payment, providerId: payment.providerId ?? providerId };
		const sight = await ask(provider, (asked) => asked.resume(at), false);
		await settle(payment, sight, true);
	});
});
