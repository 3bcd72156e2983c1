import { LRUCache } from "lru-cache";
import { Schema } from "mongoose";
import type { Decision } from "../../runtime/store/aggregate.ts";
import { Collection } from "../../runtime/store/collection.ts";
import type { CartState } from "./domain.ts";
import type { PromotionState } from "./promotion.ts";

const CARTS_IN_MEMORY = 2_000;

const cartSchema = new Schema(
	{
		_id: String,
		rev: Number,
		status: String,
		tokenHash: String,
		userId: String,
		currency: String,
		items: [Object],
		promotions: [Object],
		shippingAddress: Object,
		shippingRate: Object,
		orderId: String,
		checkout: Object,
		mergedInto: String,
		mergedFrom: [String],
		createdAt: String,
	},
	{ strict: false },
);
// Sparse: guests' carts have no userId and cost no entry. A person has few carts, so their status is not worth one.
cartSchema.index({ userId: 1 }, { sparse: true });

const promotionSchema = new Schema(
	{ _id: String, rev: Number, code: String, usageLimit: Number, used: Number, holds: [String] },
	{ strict: false },
);
promotionSchema.index({ code: 1 }, { unique: true });

export const carts = new Collection<CartState>({
	service: "cart",
	name: "carts",
	schema: cartSchema,
	remember: CARTS_IN_MEMORY,
});

export const promotions = new Collection<PromotionState>({
	service: "cart",
	name: "promotions",
	schema: promotionSchema,
	remember: 100,
});

const recent = new LRUCache<string, CartState>({ max: CARTS_IN_MEMORY });

/**
 * The cart as this process last saw it, perhaps not its present state: it tells what to ask other services for without a
 * command to the store. Decisions rest on `changeCart`.
 */
export const recall = (id: string): CartState | undefined => recent.get(id);

/** The cart as it is stored. @throws not_found */
export async function readCart(id: string): Promise<CartState> {
	const cart = await carts.get(id);
	recent.set(id, cart);
	return cart;
}

export async function insertCart(cart: Omit<CartState, "rev">): Promise<CartState> {
	const stored = await carts.insert(cart);
	recent.set(stored.id, stored);
	return stored;
}

/** Changes a cart. @throws not_found, and what `decide` throws */
export async function changeCart(
	id: string,
	decide: (cart: CartState) => CartState,
	expected?: number,
): Promise<CartState> {
	try {
		const cart = await carts.change(id, (state): Decision<CartState> => ({ state: decide(state) }), expected);
		recent.set(id, cart);
		return cart;
	} catch (error) {
		recent.delete(id);
		throw error;
	}
}

/** Forgets what is recalled of a cart. */
export const forgetCart = (id: string): void => void recent.delete(id);

/** Forgets what was recalled, when a node starts on another store. */
export const forgetCarts = (): void => recent.clear();
