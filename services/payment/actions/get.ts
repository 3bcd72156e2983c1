import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { getPayment } from "../../../schemas/payment.ts";
import { payments } from "../model.ts";
import { isOwner } from "../owner.ts";

export default action(getPayment, async (ctx) => {
	const payment = await payments.get(ctx.params.id);
	if (!isOwner(payment, ctx.meta)) throw fail("not_found");
	const { id, provider, status, currency } = payment;
	return {
		id,
		provider,
		status,
		amount: { amount: payment.amount, currency },
		captured: { amount: payment.captured, currency },
		refunded: { amount: payment.refunded, currency },
		currency,
	};
});
