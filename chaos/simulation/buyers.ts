import { NEW_YORK_HOME } from "../../data/homes.ts";
import { type Caller, call, type Meta } from "../../runtime/action.ts";
import { codeOf, isTransient } from "../../runtime/errors.ts";
import { cancelOrder, getOrder, type Order, placeOrder, refundOrder, resumeOrder } from "../../schemas/order.ts";
import { RATE } from "./carrier.ts";
import type { World } from "./world.ts";

/** What a buyer was told at last. */
export interface Told {
	cartId: string;
	orderId: string | null;
	outcome: "confirmed" | "refused" | "left" | "cancelled" | "refunded";
	/** Why the order was refused. */
	code?: string;
}

export interface Shelf {
	sku: string;
	onHand: number;
}

/** Puts goods on the shelves. */
export function stocked(world: World): Shelf[] {
	const shelves: Shelf[] = [];
	const variants = world.databases.get("product")?.collection("variants").documents;
	for (let n = 0; n < world.random.between(1, 3); n++) {
		const shelf = { sku: `SKU-${n}`, onHand: world.random.between(1, 6) };
		shelves.push(shelf);
		variants?.set(`var_${n}`, {
			_id: `var_${n}`,
			rev: 1,
			sku: shelf.sku,
			productId: `prd_${n}`,
			productRev: 1,
			status: "active",
			slug: `thing-${n}`,
			title: `Thing ${n}`,
			image: null,
			price: 1_000 + n,
			grams: 100,
			requiresShipping: true,
			onHand: shelf.onHand,
			reserved: 0,
			holds: [],
			settled: [],
			moves: 0,
			outbox: [],
		});
	}
	return shelves;
}

function filledCart(world: World, userId: string, shelves: Shelf[], n: number): string {
	const { random } = world;
	const lines = shelves.filter((_, index) => index === n % shelves.length || random.chance(0.4));
	const _id = `cart_${n}`;
	world.databases
		.get("cart")
		?.collection("carts")
		.documents.set(_id, {
			_id,
			rev: 1,
			status: "open",
			tokenHash: null,
			userId,
			currency: "USD",
			items: lines.map(({ sku }) => {
				const at = Number(sku.slice(4));
				return {
					id: `itm_${n}_${at}`,
					variantId: `var_${at}`,
					sku,
					productId: `prd_${at}`,
					slug: `thing-${at}`,
					title: `Thing ${at}`,
					image: null,
					quantity: random.between(1, 2),
					price: 1_000 + at,
					grams: 100,
					requiresShipping: true,
				};
			}),
			promotions: [],
			shippingAddress: NEW_YORK_HOME,
			shippingRate: RATE,
			rateUntil: new Date(world.clock.now + 23 * 3_600_000).toISOString(),
			rateDropped: false,
			orderId: null,
			checkout: null,
			uses: [],
			mergedInto: null,
			mergedFrom: [],
			createdAt: new Date(world.clock.now).toISOString(),
			outbox: [],
		});
	return _id;
}

/** Asks until there is an answer that another attempt would not change. */
async function insist<R>(world: World, what: string, ask: () => Promise<R>): Promise<R | { refused: string }> {
	for (;;) {
		try {
			return await ask();
		} catch (error) {
			if (!isTransient(error)) {
				world.faults.note(`a buyer's ${what} is refused: ${(error as Error).message}`);
				return { refused: codeOf(error) ?? (error as Error).message };
			}
			await world.clock.sleep(world.random.between(200, 3_000));
		}
	}
}

/** A buyer of one cart, from the first request to the last answer. */
export async function buy(world: World, shelves: Shelf[], n: number): Promise<Told> {
	const { random, clock, broker } = world;
	const userId = `usr_${n}`;
	const cartId = filledCart(world, userId, shelves, n);
	await clock.sleep(random.between(0, 500));
	const from = (meta: Meta = {}): Caller => broker.caller({ userId, ...meta });
	const paymentMethod = random.chance(0.15) ? "declined" : random.chance(0.15) ? "challenged" : "good";
	const params = { cartId, email: `${userId}@example.com`, payment: { provider: "stripe" as const, paymentMethod } };
	// An impatient buyer presses twice: the second request is one of its own.
	const serve = async (key: string, content: boolean): Promise<Told> => {
		const answer = await insist(world, "order", () => call(from({ idempotencyKey: key }), placeOrder, params));
		return "refused" in answer
			? { cartId, orderId: null, outcome: "refused", code: answer.refused }
			: after(world, from, cartId, answer.order, content);
	};
	// An impatient buyer presses twice: the second request is one of its own.
	if (!random.chance(0.1)) return serve(cartId, false);
	const both = await Promise.all([serve(cartId, true), serve(`${cartId} again`, true)]);
	return both.find(({ outcome }) => outcome !== "refused") ?? both[0];
}

/** @param content keeps what it gets, and asks for nothing else */
async function after(
	world: World,
	from: (meta?: Meta) => Caller,
	cartId: string,
	placed: Order,
	content: boolean,
): Promise<Told> {
	const { random, clock } = world;
	const { id } = placed;
	const told = (outcome: Told["outcome"]): Told => ({ cartId, orderId: id, outcome });
	let order: Order | { refused: string } = placed;
	for (let turn = 0; order.status === "pending" || order.status === "requires_action"; turn++) {
		if (order.status === "requires_action") {
			if (turn === 0 && random.chance(0.4)) return told("left");
			await clock.sleep(random.between(100, 5_000));
			const intent = [...world.stripe.intents.values()].find(({ orderId }) => orderId === id);
			if (intent) world.stripe.approve(intent);
			order = await insist(world, "return", () => call(from(), resumeOrder, { id }));
		} else {
			await clock.sleep(1_000);
			order = await insist(world, "look", () => call(from(), getOrder, { id }));
		}
		if ("refused" in order) return { ...told("refused"), code: order.refused };
	}
	if (order.status === "payment_failed" || order.status === "cancelled") return told("refused");
	if (content) return told("confirmed");
	if (random.chance(0.2)) {
		await clock.sleep(random.between(0, 800));
		const cancelled = await insist(world, "cancellation", () => call(from(), cancelOrder, { id }));
		return told("refused" in cancelled ? "confirmed" : "cancelled");
	}
	if (random.chance(0.15)) {
		const amount = { amount: random.between(1, 900), currency: "USD" };
		const key = `${id} refund`;
		const refunded = await insist(world, "refund", () =>
			call(from({ idempotencyKey: key }), refundOrder, { id, amount, reason: "scratched" }),
		);
		return told("refused" in refunded ? "confirmed" : "refunded");
	}
	return told("confirmed");
}
