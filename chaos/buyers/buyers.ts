import { randomUUID } from "node:crypto";
import { HOME } from "../../data/homes.ts";
import { Afterwards } from "./afterwards.ts";
import type { Tills } from "./approval.ts";
import { type Ask, Client, type Headers, pause, type Reply } from "./client.ts";
import { answerOf, type Kind, kindOf, type Purchase, paymentOf, type Wanted } from "./purchase.ts";
import type { Staff } from "./staff.ts";

/** Buyers over REST who repeat what got no definite answer with the same key, as a good client does. */
export class Buyers {
	readonly purchases: Purchase[] = [];
	/** What they choose from; a good that is there several times is chosen more often. */
	goods: { sku: string; variantId: string }[] = [];
	readonly #client: Client;
	readonly #afterwards: Afterwards;
	#count = 0;

	constructor(url: string, tills: Tills, staff: Staff) {
		this.#client = new Client(url);
		this.#afterwards = new Afterwards(this.#client, tills, staff);
	}

	/**
	 * A cart that wants nothing but to be ordered, or is empty as all it wanted was sold out.
	 * @param kind what the buyer is like; one kind after the other unless told
	 */
	async prepare(fault: string, kind?: Kind): Promise<Purchase> {
		const number = ++this.#count;
		const { cart, cartToken } = JSON.parse((await this.#client.surely("POST", "/v1/carts", {})).body);
		const headers = { "Cart-Token": cartToken };
		const wanted: Wanted[] = [];
		for (const line of this.#choose()) {
			const { variantId, quantity } = line;
			const path = `/v1/carts/${cart.id}/items`;
			const reply = await this.#client.surely("POST", path, { variantId, quantity }, headers);
			// Sold out already: the cart goes on with what it has.
			if (reply.status === 200) wanted.push(line);
		}
		if (wanted.length > 0) await this.#chooseDelivery(cart.id, headers);
		return {
			fault,
			key: randomUUID(),
			cartId: cart.id,
			cartToken,
			email: `buyer.${number}@example.com`,
			...(kind ?? kindOf(number)),
			wanted,
			tries: 0,
			left: false,
			answer: null,
			outcome: null,
			requests: [],
		};
	}

	async #chooseDelivery(cartId: string, headers: Headers): Promise<void> {
		await this.#client.surely("PUT", `/v1/carts/${cartId}/shipping-address`, HOME, headers);
		const rates = await this.#client.surely("GET", `/v1/carts/${cartId}/shipping-rates`, undefined, headers);
		const rateId = JSON.parse(rates.body).data[0].id;
		await this.#client.surely("PUT", `/v1/carts/${cartId}/shipping-rate`, { rateId }, headers);
	}

	/** Orders, pays, and asks for what is wanted afterwards, each until there is a definite answer or none for three minutes. */
	async buy(purchase: Purchase): Promise<Purchase> {
		this.purchases.push(purchase);
		const reply = await this.#client.insist(orderOf(purchase), () => purchase.tries++);
		purchase.answer = reply ? answerOf(reply) : null;
		await this.#afterwards.go(purchase);
		return purchase;
	}

	/** Orders once and does not wait for the answer. */
	leave(purchase: Purchase): void {
		this.purchases.push(purchase);
		purchase.left = true;
		this.place(purchase).catch(() => {});
	}

	/** The order's request, as often as one likes: its key makes it one. */
	place(purchase: Purchase): Promise<Reply> {
		return this.#client.send(orderOf(purchase));
	}

	/** The requests of a purchase that have a key, as often as one likes, with the answer that each had at first. */
	async *again({ requests }: Purchase) {
		for (const request of requests)
			if (request.headers["Idempotency-Key"] && request.answer)
				yield { request, answer: request.answer, reply: await this.#afterwards.repeat(request) };
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
}

const orderOf = ({ key, cartId, cartToken, email, means }: Purchase): Ask => ({
	method: "POST",
	path: "/v1/orders",
	body: { cartId, email, payment: paymentOf(means) },
	headers: { "Cart-Token": cartToken, "Idempotency-Key": key },
});
