import { type ActionContext, action, type Caller } from "../../../runtime/action.ts";
import { codeOf, fail } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import type { Params } from "../../../schemas/contract.ts";
import { placeOrder } from "../../../schemas/order.ts";
import type { OrderState } from "../domain.ts";
import { HeldByAnotherOrder, opened } from "../drive.ts";
import { nextNumber, orders } from "../model.ts";
import { present } from "../present.ts";
import { settled } from "../settled.ts";
import { hashOf, orderTokenOf } from "../token.ts";

const ATTEMPTS = 3;
/** What a driver meets of an order that is gone. */
const REMAINS: ReadonlySet<unknown> = new Set(["not_found", "cart_not_open"]);

/**
 * One order may have several drivers: a request that is sent again, another request for its cart, a scan. When one of them
 * has come to its end and nothing is left of it, the others meet the remains: what a fresh order meets is what the buyer
 * is to hear.
 */
export default action(placeOrder, async (ctx) => {
	const from = ctx as unknown as Caller;
	for (let attempt = 1; ; attempt++) {
		let order = await begin(ctx);
		try {
			const state = await settled(from, order).catch(async (error) => {
				if (!(error instanceof HeldByAnotherOrder)) throw error;
				order = await holder(error);
				return settled(from, order);
			});
			return answer(state);
		} catch (error) {
			if (attempt === ATTEMPTS || !REMAINS.has(codeOf(error)) || (await orders.find(order.id))) throw error;
		}
	}
});

/** Two requests for one cart end at one order: whoever reached the cart may have it. @throws cart_not_open */
async function holder({ orderId }: HeldByAnotherOrder): Promise<OrderState> {
	const other = await orders.find(orderId);
	if (!other) throw fail("cart_not_open");
	return other;
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
		if (!earlier) throw fail("cart_not_open");
		return earlier;
	}
}

const answer = (state: OrderState) => ({ order: present(state), orderToken: orderTokenOf(state.id) });
