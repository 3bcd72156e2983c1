import { action, type Caller } from "../../../runtime/action.ts";
import { reconcileOrders } from "../../../schemas/order.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { GRACE } from "../reconcile/timer.ts";

const HOUR = 3_600_000;

export default action(reconcileOrders, (ctx) => {
	const { repair, hours = 24, graceSeconds } = ctx.params;
	const now = Date.now();
	const until = now - (graceSeconds === undefined ? GRACE : graceSeconds * 1_000);
	return reconcile(ctx as unknown as Caller, { span: { since: now - hours * HOUR, until }, repair });
});
