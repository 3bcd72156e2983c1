import { action, type Caller, call } from "../../../runtime/action.ts";
import { resumeOrder } from "../../../schemas/order.ts";
import { resumePayment } from "../../../schemas/payment.ts";
import { apply } from "../drive.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";
import { settled } from "../settled.ts";
import { owned } from "../token.ts";

export default action(resumeOrder, async (ctx) => {
	let state = owned(await orders.get(ctx.params.id), ctx.meta);
	if (state.saga === "awaiting_buyer") {
		const payment = await call(ctx as unknown as Caller, resumePayment, { id: state.payment.id });
		state = await apply(state.id, { type: "payment", payment });
	}
	return present(await settled(ctx as unknown as Caller, state));
});
