import type { ExecutionContext } from "ava";
import { NEW_YORK_HOME } from "../../data/homes.ts";
import { startEasypost } from "../../embedded/easypost/index.ts";
import { action } from "../../runtime/action.ts";
import { consumer } from "../../runtime/events/consumer.ts";
import { newId } from "../../runtime/ids.ts";
import { service } from "../../runtime/service.ts";
import { endings, eventually, testNode, webhookDoor } from "../../runtime/testing.ts";
import type { EventData, Params } from "../../schemas/contract.ts";
import { shipmentUpdated } from "../../schemas/events.ts";
import { notify } from "../../schemas/notification.ts";
import { createShipment, easypostWebhook, type Shipment } from "../../schemas/shipping.ts";
import { shipments } from "./model.ts";
import shipping from "./shipping.service.ts";

const SECRET = "shh";

export const home = { ...NEW_YORK_HOME, phone: "+12125550123" };

export type Depot = Awaited<ReturnType<typeof openDepot>>;

/** The shipping service on its own node with EasyPost's stand-in, a door for its webhooks, and ears for what it publishes. */
export async function openDepot() {
	const ends = endings();
	const easypost = await startEasypost({ dataDir: null });
	ends.teardown(() => easypost.close());
	const facts: EventData<typeof shipmentUpdated>[] = [];
	const notices: Params<typeof notify>[] = [];
	const listener = service({
		name: "listener",
		actions: [],
		consumers: [consumer(shipmentUpdated, "note", async ({ data }) => facts.push(data))],
	});
	const post = service({
		name: "notification",
		actions: [action(notify, ({ params }) => ({ queued: notices.push(params) }))],
	});
	const { ask } = await testNode(
		ends,
		[shipping, listener, post],
		{
			PUBLIC_URL: "https://shop.test/",
			EASYPOST_API_KEY: "EZTK_test",
			EASYPOST_API_URL: easypost.url,
			EASYPOST_WEBHOOK_SECRET: SECRET,
		},
		{ patience: { attempts: 8, firstDelay: 50, longestDelay: 200 } },
	);
	const door = await webhookDoor(ends, (webhook) => ask(easypostWebhook, { ...webhook, url: "" }));
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
		webhooks: door.deliveries,
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
			let shipment = await shipments.get(id);
			await eventually(async () => {
				shipment = await shipments.get(id);
				return fits(shipment);
			}).catch((error) => {
				t.log(shipment);
				throw error;
			});
			return shipment;
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
		close: ends.close,
	};
}
