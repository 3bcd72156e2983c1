import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStripe } from "../../embedded/stripe/index.ts";
import { call, type Meta } from "../../runtime/action.ts";
import { readSettings } from "../../runtime/config.ts";
import { consumer } from "../../runtime/events/consumer.ts";
import { newId } from "../../runtime/ids.ts";
import { type RunningNode, startNode } from "../../runtime/node.ts";
import { service } from "../../runtime/service.ts";
import type { Contract, Params, Result } from "../../schemas/contract.ts";
import { paymentChanged } from "../../schemas/events.ts";
import { authorizePayment, type Provider, paymentWebhook } from "../../schemas/payment.ts";
import payment from "./payment.service.ts";

/** The payment service on its own node, with the real SDKs, a provider to talk to, and a door for the provider's webhooks. */
export interface Till {
	node: RunningNode;
	providerUrl: string;
	/** The `payment.changed` facts that came so far, in their order. */
	changes: { paymentId: string; orderId: string; status: string }[];
	/** The webhooks that came so far, as they came. */
	deliveries: { body: string; headers: Record<string, string>; status: number }[];
	ask<C extends Contract<never, never> | Contract>(contract: C, params: Params<C>, meta?: Meta): Promise<Result<C>>;
	/** A payment of 19.99 USD, authorized with what is told otherwise. */
	authorize(more?: Partial<Params<typeof authorizePayment>>): ReturnType<typeof order>;
	/** Sets the provider's faults, see embedded/faults.ts; none clears them. */
	faults(faults?: object): Promise<void>;
	/** Looks again until there is something. */
	until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>>;
	close(): Promise<void>;
}

const order = async (till: Till, more: Partial<Params<typeof authorizePayment>>) =>
	till.ask(authorizePayment, {
		id: newId("pay"),
		orderId: newId("ord"),
		orderNumber: "1001",
		userId: null,
		tokenHash: null,
		provider: "stripe",
		amount: { amount: 1999, currency: "USD" },
		paymentMethod: "pm_card_visa",
		returnUrl: "https://shop.test/back",
		...more,
	});

/** One for a process, as a process has one set of stores. */
export async function openTill(provider: Provider = "stripe"): Promise<Till> {
	const mongodb = process.env.MONGODB_URL ? null : await embeddedMongodb();
	const standIn = await (provider === "stripe" ? startStripe({ dataDir: null }) : embeddedPaypal());
	const folder = await mkdtemp(join(tmpdir(), "till-"));
	const changes: Till["changes"] = [];
	const deliveries: Till["deliveries"] = [];
	const listener = service({
		name: "listener",
		actions: [],
		consumers: [consumer(paymentChanged, "note", async ({ data }) => changes.push(data))],
	});
	const settings = readSettings(
		{
			MONGODB_URL: mongodb?.url ?? process.env.MONGODB_URL,
			DATA_DIR: folder,
			NAMESPACE: newId("till").slice(0, 24),
			LOG_LEVEL: "silent",
			STRIPE_SECRET_KEY: "sk_test_till",
			STRIPE_WEBHOOK_SECRET: "whsec_till",
			STRIPE_API_URL: standIn.url,
			PAYPAL_CLIENT_ID: "till",
			PAYPAL_CLIENT_SECRET: "secret",
			PAYPAL_WEBHOOK_ID: "WH-TILL",
			PAYPAL_API_URL: standIn.url,
		},
		() => "",
	);
	const node = await startNode([payment, listener], settings, {
		patience: { attempts: 5, firstDelay: 50, longestDelay: 500 },
	});
	const ask: Till["ask"] = (contract, params, meta = {}) => {
		const from = {
			call: (name: string, p: unknown, options: object) => node.broker.call(name, p, { ...options, meta }),
		};
		return call(from as never, contract, params);
	};

	const door = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString();
		const headers = request.headers as Record<string, string>;
		const status = await ask(paymentWebhook, { provider, body, headers, url: "" }).then(
			() => 200,
			(error) => (error as { code: number }).code,
		);
		deliveries.push({ body, headers, status });
		response.writeHead(status).end();
	});
	await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
	const put = (path: string, body: object) =>
		fetch(standIn.url + path, {
			method: "PUT",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	const secret = provider === "stripe" ? "whsec_till" : "WH-TILL";
	await put("/_sandbox/webhook", { id: secret, url, secret });

	const till: Till = {
		node,
		providerUrl: standIn.url,
		changes,
		deliveries,
		ask,
		authorize: (more = {}) => order(till, { provider, ...more }),
		async faults(faults) {
			if (faults) await put("/_sandbox/faults", faults);
			else await fetch(`${standIn.url}/_sandbox/faults`, { method: "DELETE" });
		},
		async close() {
			await standIn.close();
			await node.stop();
			door.close();
			door.closeAllConnections();
			await mongodb?.close();
			await rm(folder, { recursive: true });
		},
		async until(look) {
			for (const end = Date.now() + 10_000; ; ) {
				const found = await look();
				if (found) return found;
				if (Date.now() > end) throw new Error("it did not come to be within 10 s");
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		},
	};
	return till;
}

async function embeddedMongodb() {
	const { startMongodb } = await import("../../embedded/mongodb/index.ts");
	return startMongodb({ dataDir: null });
}

async function embeddedPaypal() {
	const { startPaypal } = await import("../../embedded/paypal/index.ts");
	return startPaypal({ dataDir: null });
}
