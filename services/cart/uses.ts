import { codeOf } from "../../runtime/errors.ts";
import { promotions } from "./model.ts";
import { givenBack, settled, taken } from "./promotion.ts";

/**
 * Takes one use of each promotion for an order: all or none.
 * @throws promotion_exhausted
 */
export async function takeUses(promotionIds: readonly string[], orderId: string): Promise<void> {
	const attempts = await Promise.allSettled(
		promotionIds.map((id) => promotions.change(id, (promotion) => ({ state: taken(promotion, orderId) }))),
	);
	const failed = attempts.find((attempt) => attempt.status === "rejected");
	if (!failed) return;
	await giveUsesBack(promotionIds, orderId);
	throw failed.reason;
}

export async function giveUsesBack(promotionIds: readonly string[], orderId: string): Promise<void> {
	await each(promotionIds, (id) => promotions.change(id, (promotion) => ({ state: givenBack(promotion, orderId) })));
}

export async function settleUses(promotionIds: readonly string[], orderId: string): Promise<void> {
	await each(promotionIds, (id) => promotions.change(id, (promotion) => ({ state: settled(promotion, orderId) })));
}

/** A promotion that is gone has no uses to keep count of. */
async function each(promotionIds: readonly string[], change: (id: string) => Promise<unknown>): Promise<void> {
	await Promise.all(
		promotionIds.map((id) =>
			change(id).catch((error: unknown) => {
				if (codeOf(error) !== "not_found") throw error;
			}),
		),
	);
}
