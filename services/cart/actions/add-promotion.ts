import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { addPromotion } from "../../../schemas/cart.ts";
import { admitWriter, approach } from "../access.ts";
import { MAX_PROMOTIONS } from "../domain.ts";
import { subtotalOf } from "../lines.ts";
import { changeCart, promotions } from "../model.ts";
import { refusal, usedUp } from "../promotion.ts";
import { cartView } from "../view.ts";

export default action(addPromotion, async (ctx) => {
	const { id } = ctx.params;
	// Before the code is looked up: only the buyer of a cart may try codes on it.
	await approach(id, ctx.meta);
	const code = ctx.params.code.toUpperCase();
	const promotion = await promotions.findOne({ code });
	if (!promotion) throw fail("promotion_unknown");
	const { title, percentage, amount, minimum, startsAt, endsAt } = promotion;
	const now = new Date().toISOString();
	const cart = await changeCart(id, (state) => {
		admitWriter(state, ctx.meta);
		if (state.promotions.some((applied) => applied.code === code)) return state;
		const reason = refusal(promotion, subtotalOf(state.items), now) ?? (usedUp(promotion) && "promotion_exhausted");
		if (reason) throw fail(reason, { code });
		if (state.promotions.length >= MAX_PROMOTIONS) throw fail("quantity_exceeded", { limit: MAX_PROMOTIONS });
		const applied = { promotionId: promotion.id, code, title, percentage, amount, minimum, startsAt, endsAt };
		return { ...state, promotions: [...state.promotions, applied] };
	});
	return cartView(cart);
});
