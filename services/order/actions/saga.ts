import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { sagaState } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";
import { steps } from "../saga.ts";

export default action(sagaState, async (ctx) => {
	const { id } = ctx.params;
	const state = /^\d+$/.test(id) ? await byNumber(id) : await orders.get(id);
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

/** By the number that people use. No index: only operators ask, and seldom. @throws not_found */
async function byNumber(number: string) {
	const [found] = await orders.findMany({ number }, { limit: 1 });
	if (!found) throw fail("not_found");
	return found;
}
