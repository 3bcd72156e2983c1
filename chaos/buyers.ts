import { randomUUID } from "node:crypto";

/** Milliseconds: what a client waits for one answer, and how long it goes on asking. */
const ANSWER_WITHIN = 14_000;
const GIVES_UP_AFTER = 90_000;

export interface Wanted {
	sku: string;
	variantId: string;
	quantity: number;
}

/** One buyer with one cart and one Idempotency-Key. */
export interface Purchase {
	/** The fault it was made under. */
	fault: string;
	key: string;
	cartId: string;
	cartToken: string;
	email: string;
	card: string;
	wanted: Wanted[];
	tries: number;
	/** Gone before the answer came: nobody asks again. */
	left: boolean;
	/** The first definite answer. */
	answer: { status: number; body: string; orderId: string | null; code: string | null } | null;
}

const ADDRESS = {
	name: "Chaos Buyer",
	line1: "179 N Harbor Dr",
	city: "Redondo Beach",
	state: "CA",
	postalCode: "90277",
	country: "US",
};

interface Reply {
	status: number;
	body: string;
}

/** Buyers over REST who repeat what got no definite answer with the same key, as a good client does. */
export class Buyers {
	readonly purchases: Purchase[] = [];
	/** What they choose from; a good that is there several times is chosen more often. */
	goods: { sku: string; variantId: string }[] = [];
	readonly #url: string;
	#count = 0;

	constructor(url: string) {
		this.#url = url;
	}

	/** A cart that wants nothing but to be ordered, or is empty as all it wanted was sold out; every tenth buyer has a card that is declined. */
	async prepare(fault: string): Promise<Purchase> {
		const number = ++this.#count;
		const wanted = this.#choose();
		const { cart, cartToken } = JSON.parse((await this.#surely("POST", "/v1/carts", {})).body);
		const headers = { "Cart-Token": cartToken };
		for (const { variantId, quantity } of wanted) {
			const reply = await this.#surely("POST", `/v1/carts/${cart.id}/items`, { variantId, quantity }, headers);
			// Sold out already: the cart goes on with what it has.
			if (reply.status !== 200)
				wanted.splice(
					wanted.findIndex((line) => line.variantId === variantId),
					1,
				);
		}
		if (wanted.length > 0) await this.#chooseDelivery(cart.id, headers);
		const purchase: Purchase = {
			fault,
			key: randomUUID(),
			cartId: cart.id,
			cartToken,
			email: `buyer.${number}@example.com`,
			card: number % 10 === 0 ? "pm_card_chargeDeclined" : "pm_card_visa",
			wanted,
			tries: 0,
			left: false,
			answer: null,
		};
		return purchase;
	}

	async #chooseDelivery(cartId: string, headers: Record<string, string>): Promise<void> {
		await this.#surely("PUT", `/v1/carts/${cartId}/shipping-address`, ADDRESS, headers);
		const rates = await this.#surely("GET", `/v1/carts/${cartId}/shipping-rates`, undefined, headers);
		const rateId = JSON.parse(rates.body).data[0].id;
		await this.#surely("PUT", `/v1/carts/${cartId}/shipping-rate`, { rateId }, headers);
	}

	/** Orders until there is a definite answer, or none for a minute and a half. */
	async buy(purchase: Purchase): Promise<Purchase> {
		this.purchases.push(purchase);
		const end = Date.now() + GIVES_UP_AFTER;
		while (Date.now() < end) {
			purchase.tries++;
			const reply = await this.place(purchase).catch(() => null);
			if (reply && isDefinite(reply)) {
				const { order, code } = JSON.parse(reply.body);
				purchase.answer = { ...reply, orderId: order?.id ?? null, code: code ?? null };
				return purchase;
			}
			await pause(Math.min(1_000, 100 * 2 ** purchase.tries));
		}
		return purchase;
	}

	/** Orders once and does not wait for the answer. */
	leave(purchase: Purchase): void {
		this.purchases.push(purchase);
		purchase.left = true;
		this.place(purchase).catch(() => {});
	}

	/** The order's request, as often as one likes: its key makes it one. */
	place({ key, cartId, cartToken, email, card }: Purchase): Promise<Reply> {
		const body = { cartId, email, payment: { provider: "stripe", paymentMethod: card } };
		return this.#send("POST", "/v1/orders", body, { "Cart-Token": cartToken, "Idempotency-Key": key });
	}

	/** Several buyers, one purchase after the other, until `over` resolves and each has its answer. */
	async crowd(fault: string, size: number, over: Promise<unknown>): Promise<void> {
		let open = true;
		const ended = over.finally(() => {
			open = false;
		});
		const one = async () => {
			while (open) {
				const purchase = await this.prepare(fault).catch(() => null);
				if (purchase && purchase.wanted.length > 0) await this.buy(purchase);
				else await pause(200);
			}
		};
		await Promise.all([ended, ...Array.from({ length: size }, one)]);
	}

	#choose(): Wanted[] {
		const picked = new Map<string, Wanted>();
		for (let line = 0; line < 1 + Math.floor(Math.random() * 2); line++) {
			const { sku, variantId } = this.goods[Math.floor(Math.random() * this.goods.length)]!;
			picked.set(sku, { sku, variantId, quantity: 1 + Math.floor(Math.random() * 2) });
		}
		return [...picked.values()];
	}

	/** Repeats what may be repeated before an order exists: at worst a cart is left alone, or holds more of a thing. */
	async #surely(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
		for (let tries = 1; ; tries++) {
			const reply = await this.#send(method, path, body, headers).catch(() => null);
			if (reply && reply.status < 500 && reply.status !== 429) return reply;
			if (tries > 60) throw new Error(`${method} ${path} has had no answer in ${tries} tries`);
			await pause(Math.min(1_000, 100 * tries));
		}
	}

	async #send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
		const response = await fetch(this.#url + path, {
			method,
			headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
			body: body === undefined ? null : JSON.stringify(body),
			signal: AbortSignal.timeout(ANSWER_WITHIN),
		});
		return { status: response.status, body: await response.text() };
	}
}

/** Neither a failure of the server nor "not now": a repeat would be answered alike. */
function isDefinite({ status, body }: Reply): boolean {
	return status < 500 && status !== 429 && status !== 408 && !body.includes("idempotency_in_flight");
}

export const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));
