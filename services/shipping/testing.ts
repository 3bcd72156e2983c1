import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startEasypost } from "../../embedded/easypost/index.ts";
import { serve } from "../../embedded/http.ts";
import { startMongodb } from "../../embedded/mongodb/index.ts";
import { action, call, type Meta } from "../../runtime/action.ts";
import { readSettings } from "../../runtime/config.ts";
import { consumer } from "../../runtime/events/consumer.ts";
import { newId } from "../../runtime/ids.ts";
import { startNode } from "../../runtime/node.ts";
import { service } from "../../runtime/service.ts";
import type { Contract, EventData, Params, Result } from "../../schemas/contract.ts";
import { shipmentUpdated } from "../../schemas/events.ts";
import { notify } from "../../schemas/notification.ts";
import { createShipment, easypostWebhook, type Shipment } from "../../schemas/shipping.ts";
import { shipments } from "./model.ts";
import shipping from "./shipping.service.ts";

const SECRET = "shh";

export const home = {
	name: "Steve Brule",
	line1: "350 5th Ave",
	city: "New York",
	state: "NY",
	postalCode: "10118",
	country: "US",
	phone: "+12125550123",
};

export type Depot = Awaited<ReturnType<typeof openDepot>>;

/** The shipping service on its own node with EasyPost's stand-in, a door for its webhooks, and ears for what it publishes. */
export async function openDepot() {
	const mongodb = process.env.MONGODB_URL ? null : await startMongodb({ dataDir: null });
	const easypost = await startEasypost({ dataDir: null });
	const folder = await mkdtemp(join(tmpdir(), "depot-"));
	const facts: EventData<typeof shipmentUpdated>[] = [];
	const notices: Params<typeof notify>[] = [];
	const webhooks: { body: string; headers: Record<string, string> }[] = [];
	const listener = service({
		name: "listener",
		actions: [],
		consumers: [consumer(shipmentUpdated, "note", async ({ data }) => facts.push(data))],
	});
	const post = service({
		name: "notification",
		actions: [action(notify, ({ params }) => ({ queued: notices.push(params) }))],
	});
	const node = await startNode(
		[shipping, listener, post],
		readSettings(
			{
				MONGODB_URL: mongodb?.url ?? process.env.MONGODB_URL,
				NATS_URL: process.env.NATS_URL,
				DATA_DIR: folder,
				NAMESPACE: newId("shp").slice(0, 24),
				LOG_LEVEL: "silent",
				PUBLIC_URL: "https://shop.test/",
				EASYPOST_API_KEY: "EZTK_test",
				EASYPOST_API_URL: easypost.url,
				EASYPOST_WEBHOOK_SECRET: SECRET,
			},
			() => "",
		),
		{ patience: { attempts: 8, firstDelay: 50, longestDelay: 200 } },
	);
	const ask = <C extends Contract<never, never> | Contract>(
		contract: C,
		params: Params<C>,
		meta: Meta = {},
	): Promise<Result<C>> => {
		const from = { call: (name: string, p: unknown, o: object) => node.broker.call(name, p, { ...o, meta }) };
		return call(from as never, contract, params);
	};
	const door = await serve({
		async handle({ raw, headers }) {
			const webhook = { body: raw.toString(), headers: headers as Record<string, string> };
			webhooks.push(webhook);
			await ask(easypostWebhook, { ...webhook, url: "" });
			return { status: 200 };
		},
		onError: (error) => ({ status: (error as { code: number }).code }),
	});
	const control = (method: string, path: string, body?: object) =>
		fetch(easypost.url + path, {
			method,
			headers: { "content-type": "application/json" },
			...(body ? { body: JSON.stringify(body) } : {}),
		});
	await control("PUT", "/_sandbox/webhook", { id: "depot", url: door.url, secret: SECRET });

	return {
		ask,
		facts,
		notices,
		webhooks,
		secret: SECRET,
		/** Has a parcel of two things sent; what is told overrides. */
		async send(more: Partial<Params<typeof createShipment>> = {}): Promise<Shipment> {
			return ask(createShipment, {
				reference: newId("ful"),
				orderId: newId("ord"),
				orderNumber: "1001",
				userId: null,
				tokenHash: null,
				email: "steve@example.com",
				address: home,
				rate: {
					id: "rate_0",
					carrier: "UPS",
					service: "Ground",
					price: { amount: 900, currency: "USD" },
					minDeliveryDate: null,
					maxDeliveryDate: null,
				},
				items: [{ itemId: "itm_1", title: "Cup", quantity: 2, grams: 300 }],
				...more,
			});
		},
		stored: (id: string) => shipments.get(id),
		/** Waits until a shipment is as `fits` wants it. */
		async until(
			t: ExecutionContext,
			id: string,
			fits: (shipment: Awaited<ReturnType<typeof shipments.get>>) => boolean,
		) {
			for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
				const shipment = await shipments.get(id);
				if (fits(shipment)) return shipment;
				if (Date.now() > end) {
					t.log(shipment);
					throw new Error("the shipment did not come to be so within 10 s");
				}
			}
		},
		/** Moves a parcel at the carrier. */
		advance: (trackingNumber: string, status?: string) =>
			control("POST", `/_sandbox/trackers/${trackingNumber}/advance`, status ? { status } : {}),
		/** Sets the provider's faults, see embedded/faults.ts; none clears them. */
		faults: (faults?: object) =>
			faults ? control("PUT", "/_sandbox/faults", faults) : control("DELETE", "/_sandbox/faults"),
		/** What the provider holds of one kind, e.g. `shipments`. */
		async held<T = Record<string, unknown>>(kind: string): Promise<T[]> {
			const state = (await (await control("GET", "/_sandbox/state")).json()) as Record<string, Record<string, T>>;
			return Object.values(state[kind] ?? {});
		},
		easypostUrl: easypost.url,
		async close() {
			await node.stop();
			await door.close();
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
