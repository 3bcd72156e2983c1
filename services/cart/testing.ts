import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startEasypost } from "../../embedded/easypost/index.ts";
import { startMongodb } from "../../embedded/mongodb/index.ts";
import { call, type Meta } from "../../runtime/action.ts";
import { readSettings } from "../../runtime/config.ts";
import { newId } from "../../runtime/ids.ts";
import { type RunningNode, startNode } from "../../runtime/node.ts";
import { addItem, cartShippingRates, createCart, setShippingAddress, setShippingRate } from "../../schemas/cart.ts";
import type { Contract, Params, Result } from "../../schemas/contract.ts";
import { createProduct, setInventory, updateProduct } from "../../schemas/product.ts";
import product from "../product/product.service.ts";
import shipping from "../shipping/shipping.service.ts";
import cart from "./cart.service.ts";

type AnyContract = Contract<never, never> | Contract;
type Ask = <C extends AnyContract>(contract: C, params: Params<C>, meta?: Meta) => Promise<Result<C>>;

/** Carts with the real product and shipping services, on a node of their own. */
export interface Shop {
	node: RunningNode;
	easypostUrl: string;
	ask: Ask;
	/** Puts something on sale at a price in cents; answers with its SKU. */
	sell(price: number, stock?: number, more?: { grams?: number; requiresShipping?: boolean }): Promise<Thing>;
	/** A guest's cart with one piece of each, ready to be ordered when `ready`. */
	fill(things: Thing[], ready?: boolean): Promise<{ id: string; meta: Meta }>;
}

export interface Thing {
	productId: string;
	variantId: string;
	sku: string;
	price(amount: number): Promise<unknown>;
	stock(onHand: number): Promise<unknown>;
	withdraw(): Promise<unknown>;
}

export const home = {
	name: "Steve Brule",
	line1: "350 5th Ave",
	city: "New York",
	state: "NY",
	postalCode: "10118",
	country: "US",
};

let serial = 0;

/** One for a process, as a process has one set of stores. */
export async function openShop(settings: Record<string, string> = {}): Promise<Shop & { close(): Promise<void> }> {
	const mongodb = process.env.MONGODB_URL ? null : await startMongodb({ dataDir: null });
	const easypost = await startEasypost({ dataDir: null });
	const folder = await mkdtemp(join(tmpdir(), "cart-"));
	const node = await startNode(
		[product, shipping, cart],
		readSettings(
			{
				MONGODB_URL: mongodb?.url ?? process.env.MONGODB_URL,
				NATS_URL: process.env.NATS_URL,
				DATA_DIR: folder,
				NAMESPACE: newId("cart").slice(0, 24),
				LOG_LEVEL: "silent",
				EASYPOST_API_KEY: "EZTK_test",
				EASYPOST_API_URL: easypost.url,
				...settings,
			},
			() => "",
		),
		{ patience: { attempts: 5, firstDelay: 50, longestDelay: 500 } },
	);
	const ask: Ask = (contract, params, meta = {}) => {
		const from = { call: (name: string, p: unknown, o: object) => node.broker.call(name, p, { ...o, meta }) };
		return call(from as never, contract, params);
	};
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
				await ask(setShippingAddress, { id: made.id, ...home }, meta);
				const { data } = await ask(cartShippingRates, { id: made.id }, meta);
				await ask(setShippingRate, { id: made.id, rateId: data[0]!.id }, meta);
			}
			return { id: made.id, meta };
		},
		async close() {
			await node.stop();
			await easypost.close();
			await mongodb?.close();
			await rm(folder, { recursive: true });
		},
	};
}

/** What an action was refused with. */
export async function refusal(t: ExecutionContext, asked: Promise<unknown>): Promise<{ code: string; data: never }> {
	const error = (await t.throwsAsync(asked, { instanceOf: Error })) as unknown as { type: string; data: never };
	return { code: error.type, data: error.data };
}
