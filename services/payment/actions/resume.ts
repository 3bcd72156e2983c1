import { action } from "../../../runtime/action.ts";
import { resumePayment } from "../../../schemas/payment.ts";
import { stateOf } from "../domain.ts";
import { inTurn, recall } from "../model.ts";
import { ask } from "../providers/index.ts";
import { settle } from "../settle.ts";
import { isOver } from "../transitions.ts";

export default action(resumePayment, ({ params: { id } }) =>
	inTurn(id, async () => {
		const payment = await recall(id);
		if (isOver(payment.status) || payment.amount === 0) return stateOf(payment);
		const sight = await ask(payment.provider, (provider) =>
			payment.providerId ? provider.resume(payment) : provider.authorize(payment),
		);
		return stateOf(await settle(payment, sight));
	}),
);
