import { type ActionContext, action, type Caller } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { hashOf } from "../../../runtime/ids.ts";
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
	const from = ctx as unknown as Caller;
	const order = await begin(ctx);
	const state = await settled(from, order).catch(async (error) => {
		const other = await holder(error);
		if (!other) throw error instanceof HeldByAnotherOrder ? fail("cart_not_open") : error;
		return settled(from, other);
	});
	return answer(state);
});

/** Two requests for one cart end at one order: whoever reached the cart may have it. */
function holder(error: HeldByAnotherOrder | { data?: { heldBy?: string } }): Promise<OrderState | null> {
	const id = error instanceof HeldByAnotherOrder ? error.orderId : error.data?.heldBy;
	return id ? orders.find(id) : Promise.resolve(null);
}

/** The order of this request: a fresh one, or the one that the same request made before. */
async function begin(ctx: ActionContext<Params<typeof placeOrder>>): Promise<OrderState> {
	const { cartId, email, payment } = ctx.params;
	const { userId = null, cartToken, idempotencyKey: requestKey } = ctx.meta;
	const cartTokenHash = cartToken ? hashOf(cartToken) : null;
	const number = await nextNumber(null);
	const fresh = opened({ number, cartId, cartTokenHash, userId, email, requestKey, payment });
	try {
		return await orders.insert(fresh);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		const earlier = await orders.findOne({ requestKey });
		if (!earlier) throw fail("unavailable");
		return earlier;
	}
}

const answer = (state: OrderState) => ({ order: present(state), orderToken: orderTokenOf(state.id) });
