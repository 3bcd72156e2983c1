import { createHmac, timingSafeEqual } from "node:crypto";
import type { Meta } from "../../runtime/action.ts";
import { setting } from "../../runtime/config.ts";
import { fail } from "../../runtime/errors.ts";
import { hashOf } from "../../runtime/ids.ts";
import type { OrderState } from "./domain.ts";

/** The token that reaches a guest's order: derived, so that a repeated request gets it again, and unguessable. */
export function orderTokenOf(orderId: string): string {
	return createHmac("sha256", setting("TOKEN_SECRET")).update(`order ${orderId}`).digest("base64url");
}

/** What other services keep of an order's token. */
export const tokenHashOf = (orderId: string): string => hashOf(orderTokenOf(orderId));

/** @throws not_found for an order that is not the caller's, as for one that does not exist */
export function owned(state: OrderState, meta: Meta): OrderState {
	if (meta.userId && meta.userId === state.userId) return state;
	if (meta.orderToken) {
		const expected = Buffer.from(orderTokenOf(state.id));
		const given = Buffer.from(meta.orderToken);
		if (given.length === expected.length && timingSafeEqual(given, expected)) return state;
	}
	throw fail("not_found");
}
