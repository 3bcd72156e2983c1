import { randomUUID } from "node:crypto";
import { HOME } from "../data/homes.ts";
import type { Balancer } from "./balancer.ts";
import { Listener } from "./listener.ts";

const SKUS = 20;

interface Told {
	id: string;
	timeline: unknown[];
}

interface Asked {
	body?: unknown;
	token?: string;
	cartToken?: string;
	orderToken?: string;
	key?: string;
}

/** People who look around, search, fill carts and buy, and count every answer that is none. */
export class Visitors {
	readonly #balancer: Balancer;
	readonly #administrator: { email: string; password: string };
	readonly #pace: number;
	#next = performance.now();
	#open = true;
	#running: Promise<void>[] = [];
	#slugs: string[] = [];
	#skus: string[] = [];
	requests = 0;
	orders = 0;
	slowest = 0;
	/** Events and streams of the one who listened. */
	heard = 0;
	streams = 0;
	/** What failed, and how often. */
	readonly failures = new Map<string, number>();

	/** @param rate requests a second, of all together */
	constructor(balancer: Balancer, administrator: { email: string; password: string }, rate: number) {
		this.#balancer = balancer;
		this.#administrator = administrator;
		this.#pace = 1_000 / rate;
	}

	get failed(): number {
		return [...this.failures.values()].reduce((sum, times) => sum + times, 0);
	}

	/** Puts something on sale. */
	async prepare(): Promise<void> {
		const { accessToken: token } = await this.#ask<{ accessToken: string }>("POST", "/v1/auth/login", {
			body: this.#administrator,
		});
		for (let n = 0; n < SKUS; n++) {
			const sku = `RESTART-${n}`;
			const variants = [{ sku, price: { amount: 1_000 + n, currency: "USD" }, grams: 200, requiresShipping: true }];
			const { slug } = await this.#ask<{ slug: string }>("POST", "/v1/admin/products", {
				token,
				body: { title: `Restart mug ${n}`, status: "active", variants },
			});
			await this.#ask("PUT", `/v1/admin/inventory/${sku}`, { token, body: { onHand: 1_000_000 } });
			this.#slugs.push(slug);
			this.#skus.push(sku);
		}
		if (this.failed > 0) throw new Error(`the shop cannot be filled: ${[...this.failures.keys()].join("; ")}`);
	}

	start(count: number): void {
		this.#running = Array.from({ length: count }, (_, n) => this.#visit(n));
	}

	async stop(): Promise<void> {
		this.#open = false;
		await Promise.all(this.#running);
	}

	async #visit(n: number): Promise<void> {
		for (let round = n; this.#open; round++) {
			// What failed is counted; the visitor comes again.
			await this.#shop(round).catch(() => {});
		}
	}

	async #shop(round: number): Promise<void> {
		const at = round % SKUS;
		await this.#ask("GET", "/v1/products?limit=10");
		await this.#ask("GET", `/v1/products/${this.#slugs[at]}`);
		await this.#ask("GET", "/v1/search?q=mug&limit=5");
		await this.#ask("GET", `/v1/products/${this.#slugs[at]}/reviews`);
		if (round % 12 === 0) await this.#member();
		await this.#buy(at, round % 3 === 0);
	}

	/** Fills a cart and, if wanted, orders it. */
	async #buy(at: number, ordered: boolean, token?: string): Promise<void> {
		const { cart, cartToken } = await this.#ask<{ cart: { id: string }; cartToken: string }>("POST", "/v1/carts", {
			body: {},
		});
		const path = `/v1/carts/${cart.id}`;
		await this.#ask("POST", `${path}/items`, { cartToken, body: { sku: this.#skus[at], quantity: 1 } });
		await this.#ask("GET", path, { cartToken });
		if (!ordered) return;
		await this.#ask("PUT", `${path}/shipping-address`, { cartToken, body: HOME });
		const { data } = await this.#ask<{ data: { id: string }[] }>("GET", `${path}/shipping-rates`, { cartToken });
		await this.#ask("PUT", `${path}/shipping-rate`, { cartToken, body: { rateId: data[0]?.id } });
		const { order, orderToken } = await this.#ask<{ order: { id: string }; orderToken: string }>("POST", "/v1/orders", {
			cartToken,
			...(token ? { token } : {}),
			key: randomUUID(),
			body: {
				cartId: cart.id,
				email: "ada@example.com",
				payment: { provider: "stripe", paymentMethod: "pm_card_visa" },
			},
		});
		this.orders++;
		await this.#ask("GET", `/v1/orders/${order.id}`, { orderToken });
	}

	/** Somebody who listens to their own orders while they buy. @returns what they missed */
	async listen(): Promise<() => Promise<string[]>> {
		const token = await this.#register();
		const listener = new Listener(() => this.#balancer.next(), token);
		const buying = (async () => {
			for (let round = 0; this.#open; round++) await this.#buy(round % SKUS, true, token).catch(() => {});
		})();
		return async () => {
			await buying;
			const { data } = await this.#ask<{ data: Told[] }>("GET", "/v1/me/orders?limit=100", { token });
			const missing = () =>
				data.flatMap(({ id, timeline }) => {
					const heard = listener.heard.filter(({ orderId }) => orderId === id).length;
					return heard >= timeline.length ? [] : [`${timeline.length - heard} events of ${id}`];
				});
			for (let look = 0; look < 100 && missing().length > 0; look++)
				await new Promise((resolve) => setTimeout(resolve, 100));
			await listener.stop();
			this.heard = listener.heard.length;
			this.streams = listener.streams;
			return [...missing(), ...listener.gaps()];
		};
	}

	async #register(): Promise<string> {
		const body = { email: `${randomUUID()}@example.com`, password: randomUUID(), name: "Ada Buyer" };
		return (await this.#ask<{ accessToken: string }>("POST", "/v1/auth/register", { body })).accessToken;
	}

	async #member(): Promise<void> {
		const token = await this.#register();
		for (const path of ["/v1/me", "/v1/me/orders", "/v1/me/notifications"]) await this.#ask("GET", path, { token });
	}

	/** @throws when it was answered by no success, which is counted */
	async #ask<T = unknown>(method: string, path: string, asked: Asked = {}): Promise<T> {
		const now = performance.now();
		this.#next = Math.max(now, this.#next + this.#pace);
		if (this.#next > now) await new Promise((resolve) => setTimeout(resolve, this.#next - now));
		const headers: Record<string, string> = {};
		if (asked.body !== undefined) headers["Content-Type"] = "application/json";
		if (asked.token) headers.Authorization = `Bearer ${asked.token}`;
		if (asked.cartToken) headers["Cart-Token"] = asked.cartToken;
		if (asked.orderToken) headers["Order-Token"] = asked.orderToken;
		if (asked.key) headers["Idempotency-Key"] = asked.key;
		const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
		const began = performance.now();
		this.requests++;
		try {
			const answer = await this.#balancer.send({ method, path, headers, body });
			if (answer.status >= 300) throw new Error(`${answer.status} ${answer.body.slice(0, 200)}`);
			return JSON.parse(answer.body) as T;
		} catch (error) {
			const place = path.replace(/\?.*/, "").replace(/(cart|ord|usr)_\w+|restart-mug-\d+/g, ":id");
			const reason = (error as Error).message.replace(/"requestId":"[^"]*"|req_\w+/g, "");
			const what = `${method} ${place}: ${(error as NodeJS.ErrnoException).code ?? ""} ${reason}`;
			this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
			throw error;
		} finally {
			this.slowest = Math.max(this.slowest, performance.now() - began);
		}
	}
}
