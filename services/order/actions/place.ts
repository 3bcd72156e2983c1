import { type ActionContext, action, type Caller } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import type { Params } from "../../../schemas/contract.ts";
import { placeOrder } from "../../../schemas/order.ts";
import type { OrderState } from "../domain.ts";
import { HeldByAnotherOrder, opened } from "../drive.ts";
import { nextNumber, orders } from "../model.ts";
import { present } from "../present.ts";
import { settled } from "../settled.ts";
import { orderTokenOf } from "../token.ts";

export default action(placeOrder, async (ctx) => {
	const order = await begin(ctx);
	try {
		return answer(await settled(ctx as unknown as Caller, order));
	} catch (error) {
		if (!(error instanceof HeldByAnotherOrder)) throw error;
		// Two requests for one cart end at one order: whoever reached the cart may have it.
		const other = await orders.find(error.orderId);
		if (!other) throw fail("cart_not_open");
		return answer(await settled(ctx as unknown as Caller, other));
	}
});

/** The order of this request: a fresh one, or the one that the same request made before. */
async function begin(ctx: ActionContext<Params<typeof placeOrder>>): Promise<OrderState> {
	const { cartId, email, payment } = ctx.params;
	const { userId = null, idempotencyKey: requestKey } = ctx.meta;
	const fresh = opened({ number: await nextNumber(null), cartId, userId, email, requestKey, payment });
	try {
		return await orders.insert(fresh);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		const earlier = await orders.findOne({ requestKey });
		if (!earlier) throw fail("cart_not_open");
		return earlier;
	}
}

const answer = (state: OrderState) => ({ order: present(state), orderToken: orderTokenOf(state.id) });
