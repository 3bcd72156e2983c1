import { fail } from "../../runtime/errors.ts";
import { fact } from "../../runtime/store/aggregate.ts";
import { paymentChanged } from "../../schemas/events.ts";
import { type Payment, saw } from "./domain.ts";
import { keep, payments } from "./model.ts";
import { ask } from "./providers/index.ts";
import type { Sight } from "./providers/provider.ts";
import { isOver } from "./transitions.ts";

/**
 * Stores what a look at the provider showed. What the provider holds for a payment that is over here is given up there.
 * @param announce whether others hear of a changed status: when no caller waits for it
 */
export async function settle(payment: Payment, sight: Sight, announce = false): Promise<Payment> {
	const honest = await withoutMismatch(payment, sight);
	const at = new Date().toISOString();
	if (saw(payment, honest, at) === payment && !isOver(payment.status)) return payment;
	const stored = await payments.change(payment.id, (state) => {
		const next = saw(state, honest, at);
		if (!announce || next.status === state.status || next.orderId === null) return { state: next };
		const { id: paymentId, orderId, status } = next;
		return { state: next, facts: [fact(paymentChanged, { paymentId, orderId, status })] };
	});
	keep(stored);
	if (isOver(stored.status)) await release(stored, honest);
	return stored;
}

/** A provider that holds or took another amount than it was asked for is not trusted with the payment. */
async function withoutMismatch(payment: Payment, sight: Sight): Promise<Sight> {
	if (sight.status === "failed" || sight.status === "voided" || sight.status === "pending") return sight;
	const taken = sight.status === "captured" ? sight.captured : sight.amount;
	if (taken === payment.amount && sight.currency === payment.currency) return sight;
	const message = `${sight.status} ${taken} ${sight.currency} instead of ${payment.amount} ${payment.currency}`;
	if (sight.status === "captured") throw fail("provider_failed", {}, `The provider ${message}`);
	await ask(payment.provider, (provider) => provider.void({ ...payment, ...idsOf(sight) }));
	return {
		...sight,
		status: "failed",
		nextAction: null,
		failure: { code: "amount_mismatch", message: `The provider ${message}`, declineCode: null },
	};
}

async function release(payment: Payment, sight: Sight): Promise<void> {
	if (sight.status === "authorized" || sight.status === "requires_action")
		await ask(payment.provider, (provider) => provider.void({ ...payment, ...idsOf(sight) }));
	else if (sight.status === "captured")
		throw fail(
			"provider_failed",
			{},
			`${payment.id} is ${payment.status}, but the provider took ${sight.captured} for it`,
		);
}

const idsOf = ({ providerId, authorizationId = null, captureId = null }: Sight) => ({
	providerId,
	authorizationId,
	captureId,
});
