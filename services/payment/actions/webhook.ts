import { action } from "../../../runtime/action.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { webhookReceived } from "../../../schemas/events.ts";
import { type Provider, paymentWebhook } from "../../../schemas/payment.ts";
import { isKnown } from "../hints.ts";
import { remembered, webhooks } from "../model.ts";
import { verify } from "../providers/index.ts";
import type { Hint } from "../providers/provider.ts";

/** Stripe sends a webhook again for three days, PayPal too. */
const KEPT = 30 * 86_400_000;

/**
 * Verifies, stores the event once and answers; the work follows from the stored event. Most events tell what this shop has
 * just done itself: there is nothing to work on, and nothing to keep.
 */
export default action(paymentWebhook, async (ctx) => {
	const { provider, body, headers } = ctx.params;
	const hint = await verify(provider, { body, headers });
	const payment = hint?.paymentId ? remembered(hint.paymentId) : undefined;
	if (hint && !(payment && isKnown(payment, hint))) await store(provider, hint);
	return { accepted: true };
});

async function store(provider: Provider, hint: Hint): Promise<void> {
	const id = `${provider}-${hint.eventId}`;
	const now = new Date();
	const keptUntil = new Date(now.getTime() + KEPT);
	try {
		await webhooks.insert({ id, provider, hint, at: now.toISOString(), keptUntil }, [
			fact(webhookReceived, { webhookId: id }),
		]);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
}
