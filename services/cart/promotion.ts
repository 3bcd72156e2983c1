import { fail } from "../../runtime/errors.ts";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import type { Promotion } from "../../schemas/cart.ts";
import type { ErrorCode } from "../../schemas/errors.ts";
import { portion } from "./shares.ts";

/** What a promotion takes off and when. Amounts in minor units of `currency`; times RFC 3339. */
export interface PromotionTerms {
	code: string;
	title: string;
	percentage: number | null;
	amount: number | null;
	minimum: number | null;
	startsAt: string | null;
	endsAt: string | null;
}

export interface PromotionState extends Aggregate, PromotionTerms {
	currency: string;
	usageLimit: number | null;
	/** Uses by confirmed orders. */
	used: number;
	/** Orders that are being made with it: each holds a use until it is confirmed or given back. */
	holds: string[];
}

/** Why the terms do not apply at a time and subtotal, or null. */
export function refusal(terms: PromotionTerms, subtotal: number, now: string): ErrorCode | null {
	if (terms.startsAt !== null && now < terms.startsAt) return "promotion_not_started";
	if (terms.endsAt !== null && now >= terms.endsAt) return "promotion_expired";
	if (terms.minimum !== null && subtotal < terms.minimum) return "promotion_minimum_not_reached";
	return null;
}

/** What it takes off an amount: its percentage half up, or its amount as far as that goes. */
export const reduction = ({ percentage, amount }: PromotionTerms, from: number): number =>
	percentage === null ? Math.min(amount ?? 0, from) : portion(from, percentage, 100);

export const usedUp = ({ usageLimit, used, holds }: PromotionState): boolean =>
	usageLimit !== null && used + holds.length >= usageLimit;

/**
 * Takes a use for an order. Again for the same order: no effect.
 * @throws promotion_exhausted
 */
export function taken(promotion: PromotionState, orderId: string): PromotionState {
	if (promotion.holds.includes(orderId)) return promotion;
	if (usedUp(promotion)) throw fail("promotion_exhausted", { code: promotion.code });
	return { ...promotion, holds: [...promotion.holds, orderId] };
}

/** Gives an order's use back; without one: no effect. */
export const givenBack = (promotion: PromotionState, orderId: string): PromotionState =>
	promotion.holds.includes(orderId)
		? { ...promotion, holds: promotion.holds.filter((holder) => holder !== orderId) }
		: promotion;

/** Counts an order's use for good; without one: no effect. */
export const settled = (promotion: PromotionState, orderId: string): PromotionState =>
	promotion.holds.includes(orderId) ? { ...givenBack(promotion, orderId), used: promotion.used + 1 } : promotion;

/** As the contract shows it. */
export function promotionView(state: PromotionState): Promotion {
	const money = (amount: number | null) => (amount === null ? null : { amount, currency: state.currency });
	return {
		id: state.id,
		code: state.code,
		title: state.title,
		percentage: state.percentage,
		amount: money(state.amount),
		minimum: money(state.minimum),
		startsAt: state.startsAt,
		endsAt: state.endsAt,
		usageLimit: state.usageLimit,
		used: state.used + state.holds.length,
		version: state.rev,
	};
}
