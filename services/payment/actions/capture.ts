import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { capturePayment } from "../../../schemas/payment.ts";
import { stateOf } from "../domain.ts";
import { inTurn, recall } from "../model.ts";
import { instruct } from "../providers/index.ts";
import { Refused, without } from "../providers/provider.ts";
import { settle } from "../settle.ts";
import { isCaptured, notAllowed, requireTransition } from "../transitions.ts";

/** One store command: the call's key was stored when the payment was authorized. */
export default action(capturePayment, ({ params: { id } }) =>
	inTurn(id, async () => {
		const payment = await recall(id);
		if (isCaptured(payment.status)) return stateOf(payment);
		requireTransition(payment.status, "captured");
		try {
			const sight =
				payment.amount === 0
					? without(payment, "captured")
					: await instruct(payment.provider, (provider) => provider.capture(payment));
			const stored = await settle(payment, sight);
			if (isCaptured(stored.status)) return stateOf(stored);
			if (stored.status === "authorized")
				throw fail("provider_failed", {}, "The provider has not decided on the capture");
			throw notAllowed(stored.status, "captured");
		} catch (error) {
			if (error instanceof Refused) throw fail("transition_not_allowed", { allowed: [] }, error.message);
			throw error;
		}
	}),
);
