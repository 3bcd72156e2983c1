import { action, type Caller, call } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { setShippingRate } from "../../../schemas/cart.ts";
import { shippingRate } from "../../../schemas/shipping.ts";
import { admitWriter, approach } from "../access.ts";
import { type CartState, sameDestination } from "../domain.ts";
import { gramsOf, needsShipping } from "../lines.ts";
import { changeCart, readCart } from "../model.ts";
import { cartView } from "../view.ts";

/** Offers hold for 24 hours at the shipping service; a cart keeps one for less, so that it still holds when it is ordered. */
const RATE_HOLDS = 23 * 3_600_000;

export default action(setShippingRate, async (ctx) => {
	const { id, rateId } = ctx.params;
	let known = await approach(id, ctx.meta);
	for (;;) {
		const offer = await offerFor(ctx, known, rateId).catch((error: unknown) => ({ error }));
		if ("error" in offer) {
			const stored = await readCart(id);
			if (stored.rev === known.rev) throw offer.error;
			known = stored;
			continue;
		}
		const { rate, address, grams } = offer;
		const rateUntil = new Date(Date.now() + RATE_HOLDS).toISOString();
		let moved = false;
		const cart = await changeCart(id, (state) => {
			admitWriter(state, ctx.meta);
			const parcel = parcelOf(state);
			moved = parcel.grams !== grams || !sameDestination(parcel.address, address);
			return moved ? state : { ...state, shippingRate: rate, rateUntil, rateDropped: false };
		});
		if (!moved) return cartView(cart);
		known = await readCart(id);
	}
});

async function offerFor(from: Caller, cart: CartState, rateId: string) {
	const parcel = parcelOf(cart);
	return { ...parcel, rate: await call(from, shippingRate, { rateId, ...parcel }) };
}

/** @throws cart_incomplete */
function parcelOf({ items, shippingAddress }: CartState) {
	const shipped = needsShipping(items);
	if (!shipped || !shippingAddress)
		throw fail("cart_incomplete", {
			missing: [...(shipped ? [] : ["items"]), ...(shippingAddress ? [] : ["shippingAddress"])],
		});
	return { address: shippingAddress, grams: gramsOf(items) };
}
