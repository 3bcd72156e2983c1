import { action } from "../../../runtime/action.ts";
import { paymentLedger } from "../../../schemas/payment.ts";
import { payments } from "../model.ts";

export default action(paymentLedger, async (ctx) => {
	const { id, orderId, ledger } = await payments.get(ctx.params.id);
	return { paymentId: id, orderId, data: [...ledger] };
});
