import { createHash } from "node:crypto";
import { action, type Caller } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { refundOrder } from "../../../schemas/order.ts";
import { drive } from "../drive.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";
import { refundable } from "../refunds.ts";
import { reduce } from "../saga.ts";

export default action(refundOrder, async (ctx) => {
	const { id, amount, reason } = ctx.params;
	const key = ctx.meta.idempotencyKey;
	const refundId = key ? `ref_${createHash("sha256").update(key).digest("hex").slice(0, 32)}` : newId("ref");
	const at = new Date().toISOString();
	const state = await orders.change(id, (order) => {
		if (order.refunds.some((one) => one.id === refundId)) return { state: order };
		refundable(order, amount);
		return reduce(order, { type: "refund_requested", refund: { id: refundId, amount, reason } }, at, { fulfil: false });
	});
	const after = await drive(ctx as unknown as Caller, state);
	if (!after.refunds.some((one) => one.id === refundId && one.done)) throw fail("unavailable");
	return present(after);
});
