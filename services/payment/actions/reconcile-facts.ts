import { action } from "../../../runtime/action.ts";
import { type PaymentFacts, paymentFacts } from "../../../schemas/payment.ts";
import type { Payment } from "../domain.ts";
import { payments } from "../model.ts";
import { idsOf } from "../reconcile/span.ts";

export default action(paymentFacts, async (ctx) => {
	const { params } = ctx;
	if ("ids" in params) {
		const found = await payments.findMany({ _id: { $in: params.ids } }, { limit: params.ids.length });
		return { data: found.map(factsOf) };
	}
	const { after, limit, ...span } = params;
	const range = idsOf(span);
	const filter = { _id: after ? { ...range, $gt: after } : range };
	return { data: (await payments.findMany(filter, { sort: { _id: 1 }, limit })).map(factsOf) };
});

function factsOf(payment: Payment): PaymentFacts {
	const { id, orderId, provider, status, currency, refunds, createdAt } = payment;
	const money = (amount: number) => ({ amount, currency });
	return {
		id,
		orderId,
		provider,
		status,
		amount: money(payment.amount),
		captured: money(payment.captured),
		refunded: money(payment.refunded),
		refunds: refunds.map((refund) => ({ id: refund.id, amount: refund.amount, status: refund.status })),
		createdAt,
	};
}
