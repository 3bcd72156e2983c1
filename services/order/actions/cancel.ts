import { action, type Caller } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { cancelOrder } from "../../../schemas/order.ts";
import { transitions } from "../domain.ts";
import { apply, drive } from "../drive.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";
import { commandFor } from "../saga.ts";
import { owned } from "../token.ts";

export default action(cancelOrder, async (ctx) => {
	const from = ctx as unknown as Caller;
	let state = owned(await orders.get(ctx.params.id), ctx.meta);
	if (state.status === "cancelled") return present(state);
	const allowed = transitions[state.status];
	if (!allowed.includes("cancelled")) throw fail("transition_not_allowed", { status: state.status, allowed });
	state = await apply(state.id, { type: "cancel_requested" });
	state = await drive(from, state);
	if (state.status === "cancelled") return present(state);
	// It goes on by itself, and may still be refused: the same request again is told what came of it.
	if (commandFor(state, new Date().toISOString()) !== null) throw fail("unavailable");
	const { status } = state;
	const left = transitions[status].filter((one) => one !== "cancelled");
	const moving = left.length < transitions[status].length;
	throw fail("transition_not_allowed", { status, allowed: left }, moving ? "A parcel is on its way" : undefined);
});
