import { NEW_YORK_HOME } from "../../data/homes.ts";
import { startEasypost } from "../../embedded/easypost/index.ts";
import type { Meta } from "../../runtime/action.ts";
import { endings, type TestNode, testNode } from "../../runtime/testing.ts";
import { addItem, cartShippingRates, createCart, setShippingAddress, setShippingRate } from "../../schemas/cart.ts";
import { createProduct, setInventory, updateProduct } from "../../schemas/product.ts";
import product from "../product/product.service.ts";
import shipping from "../shipping/shipping.service.ts";
import cart from "./cart.service.ts";

/** Carts with the real product and shipping services, on a node of their own. */
export interface Shop extends Pick<TestNode, "node" | "ask"> {
	easypostUrl: string;
	/** Puts something on sale at a price in cents; answers with its SKU. */
	sell(price: number, stock?: number, more?: { grams?: number; requiresShipping?: boolean }): Promise<Thing>;
	/** A guest's cart with one piece of each, ready to be ordered when `ready`. */
	fill(things: Thing[], ready?: boolean): Promise<{ id: string; meta: Meta }>;
	close(): Promise<void>;
}

export interface Thing {
	productId: string;
	variantId: string;
	sku: string;
	price(amount: number): Promise<unknown>;
	stock(onHand: number): Promise<unknown>;
	withdraw(): Promise<unknown>;
}

let serial = 0;

/** One for a process, as a process has one set of stores. */
export async function openShop(environment: Record<string, string> = {}): Promise<Shop> {
	const ends = endings();
	const easypost = await startEasypost({ dataDir: null });
	ends.teardown(() => easypost.close());
	const { node, ask } = await testNode(
		ends,
		[product, shipping, cart],
		{ EASYPOST_API_KEY: "EZTK_test", EASYPOST_API_URL: easypost.url, ...environment },
		{ patience: { attempts: 5, firstDelay: 50, longestDelay: 500 } },
	);
	return {
		node,
		easypostUrl: easypost.url,
		ask,
		async sell(price, stock = 100, more = {}) {
			const sku = `SKU-${++serial}`;
			const variant = { sku, price: { amount: price, currency: "USD" }, grams: 400, ...more };
			const made = await ask(createProduct, { title: `Thing ${serial}`, status: "active", variants: [variant] });
			await ask(setInventory, { sku, onHand: stock });
			const id = made.id;
			return {
				productId: id,
				variantId: made.variants[0]!.id,
				sku,
				price: (amount) => ask(updateProduct, { id, variants: [{ ...variant, price: { amount, currency: "USD" } }] }),
				stock: (onHand) => ask(setInventory, { sku, onHand }),
				withdraw: () => ask(updateProduct, { id, status: "archived" }),
			};
		},
		async fill(things, ready = false) {
			const { cart: made, cartToken } = await ask(createCart, {});
			const meta = { cartToken };
			for (const { sku } of things) await ask(addItem, { id: made.id, sku, quantity: 1 }, meta);
			if (ready) {
				await ask(setShippingAddress, { id: made.id, ...NEW_YORK_HOME }, meta);
				const { data } = await ask(cartShippingRates, { id: made.id }, meta);
				await ask(setShippingRate, { id: made.id, rateId: data[0]!.id }, meta);
			}
			return { id: made.id, meta };
		},
		close: ends.close,
	};
}
