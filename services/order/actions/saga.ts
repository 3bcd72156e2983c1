import { action } from "../../../runtime/action.ts";
import { sagaState } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";
import { steps } from "../saga.ts";

export default action(sagaState, async (ctx) => {
	const state = await orders.get(ctx.params.id);
	return {
		order: present(state),
		state: state.saga,
		steps: [
			...state.timeline.map(({ at, type, message }) => ({ step: type, at, detail: message })),
			...steps
				.filter((step) => step.state === state.saga)
				.map(({ command, next }) => ({ step: command, at: null, detail: `next, then ${next}` })),
		],
		attempts: state.attempts,
		nextAttemptAt: state.nextAttemptAt,
		leaseUntil: state.nextAttemptAt,
	};
});
