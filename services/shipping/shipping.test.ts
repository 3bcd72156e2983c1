import { createHmac, hash } from "node:crypto";
import test from "ava";
import { refusal } from "../../runtime/testing.ts";
import { erasePerson, personalData } from "../../schemas/person.ts";
import {
	cancelShipments,
	easypostWebhook,
	getLabel,
	getShipment,
	trackingEvents,
	trackShipment,
} from "../../schemas/shipping.ts";
import { sweep } from "./sweep.ts";
import { openDepot } from "./testing.ts";

const depot = await openDepot();
const { ask, send, until, stored } = depot;
test.after.always(() => depot.close());
test.afterEach.always(() => depot.faults());

const hasLabel = ({ labelUrl }: { labelUrl: string | null }) => labelUrl !== null;
interface Parcel {
	id: string;
	reference: string;
	tracking_code: string | null;
	refund_status: string | null;
}
/** What was published of a shipment so far, by version. */
const factsOf = (id: string) =>
	depot.facts.filter(({ shipmentId }) => shipmentId === id).sort((a, b) => a.version - b.version);
const parcels = () => depot.held<Parcel>("shipments");
const tokenOf = (url: string | null) => url!.split("/").at(-1)!;

test.serial("a parcel gets a label of the chosen service and a page to follow it", async (t) => {
	const made = await send();
	t.like(made, { status: "pending", carrier: "UPS", service: "Ground", trackingNumber: null, version: 1 });
	t.regex(made.id, /^shp_[0-9a-f]{32}$/);
	const { trackingNumber } = await until(t, made.id, hasLabel);
	t.regex(trackingNumber!, /^1Z/);
	const { url } = await ask(getLabel, { id: made.id });
	t.is((await fetch(url!)).headers.get("content-type"), "application/pdf");
	t.regex(made.trackingUrl!, /^https:\/\/shop\.test\/#\/tracking\//);
	const page = await ask(trackShipment, { token: tokenOf(made.trackingUrl) });
	t.like(page, { status: "label_created", carrier: "UPS", service: "Ground", trackingNumber: trackingNumber! });
	t.notRegex(JSON.stringify(page), /Steve|5th|10118|example\.com/);
	const wrong = `${tokenOf(made.trackingUrl).slice(0, -1)}!`;
	t.is((await refusal(t, ask(trackShipment, { token: wrong }))).code, "not_found");
	t.is((await refusal(t, ask(trackShipment, { token: "x" }))).code, "not_found");
});

test.serial("asked for again with the same reference, it is the same shipment and one label", async (t) => {
	const first = await send({ reference: "ful_same" });
	const more = await Promise.all(Array.from({ length: 5 }, () => send({ reference: "ful_same" })));
	t.true(more.every(({ id }) => id === first.id));
	await until(t, first.id, hasLabel);
	t.is((await parcels()).filter(({ reference, tracking_code }) => reference === first.id && tracking_code).length, 1);
});

test.serial("with the shop's own flat rate, the cheapest carrier takes it", async (t) => {
	const price = { amount: 1, currency: "USD" };
	const rate = {
		id: "rate_0",
		carrier: "Tradewind",
		service: "Standard",
		price,
		minDeliveryDate: null,
		maxDeliveryDate: null,
	};
	const { id } = await send({ rate });
	const { carrier } = await until(t, id, hasLabel);
	t.true(["FedEx", "UPS"].includes(carrier));
	while (factsOf(id).at(-1)?.carrier !== carrier) await new Promise((resolve) => setTimeout(resolve, 10));
});

test.serial("a parcel that goes abroad is declared to the customs", async (t) => {
	const address = { name: "Anna", line1: "Invalidenstr. 116", city: "Berlin", postalCode: "10115", country: "DE" };
	const items = [{ itemId: "itm_1", title: "Cup", quantity: 2, grams: 300, value: { amount: 2_350, currency: "USD" } }];
	const { id } = await send({ address, items });
	await until(t, id, hasLabel);
	t.like((await depot.held("customs_items")).at(-1), { description: "Cup", quantity: 2, value: "23.5" });
});

test.serial(
	"the buyer follows the parcel to the door, and is written to when it leaves and when it arrives",
	async (t) => {
		const made = await send();
		const { trackingNumber } = await until(t, made.id, hasLabel);
		for (const status of ["in_transit", "out_for_delivery", "delivered"] as const) {
			await depot.advance(trackingNumber!);
			await until(t, made.id, (shipment) => shipment.status === status);
		}
		const page = await ask(trackShipment, { token: tokenOf(made.trackingUrl) });
		const times = page.events.map(({ at }) => at);
		t.deepEqual(times, times.toSorted());
		t.deepEqual([...new Set(page.events.map(({ status }) => status))].sort(), [
			"delivered",
			"in_transit",
			"label_created",
			"out_for_delivery",
			"pending",
		]);
		const stream = await ask(trackingEvents, { token: tokenOf(made.trackingUrl), after: 2 });
		t.true(stream.done);
		t.deepEqual(
			stream.events.map(({ id }) => id),
			page.events.map((_event, index) => index + 1).slice(2),
		);
		while (!depot.notices.some(({ kind, reference }) => kind === "shipment_delivered" && reference === made.id))
			await new Promise((resolve) => setTimeout(resolve, 10));
		const notices = depot.notices.filter(({ reference }) => reference === made.id);
		t.deepEqual([...new Set(notices.map(({ kind }) => kind))], ["shipment_sent", "shipment_delivered"]);
		t.like(notices[0], { email: "steve@example.com", phone: "+12125550123", data: { number: "1001", carrier: "UPS" } });
		const versions = factsOf(made.id).map(({ version }) => version);
		t.is(new Set(versions).size, versions.length);
	},
);

test.serial("webhooks that come five times each and shuffled end at the same state", async (t) => {
	await depot.faults({ webhookRepeat: 5, webhookShuffle: true, webhookDelayMs: 100 });
	const { id } = await send();
	const { trackingNumber, parcelId } = await until(t, id, hasLabel);
	const seen = depot.webhooks.length;
	for (let i = 0; i < 3; i++) await depot.advance(trackingNumber!);
	while (depot.webhooks.length < seen + 15) await new Promise((resolve) => setTimeout(resolve, 10));
	const shipment = await until(t, id, ({ status }) => status === "delivered");
	t.is(parcelId, shipment.parcelId);
	const keys = shipment.events.map(({ at, status, message }) => `${at} ${status} ${message}`);
	t.is(new Set(keys).size, keys.length);
	const statuses = factsOf(id).map(({ status }) => status);
	const rank = ["pending", "label_created", "in_transit", "out_for_delivery", "delivered"];
	t.deepEqual(
		statuses,
		statuses.toSorted((a, b) => rank.indexOf(a) - rank.indexOf(b)),
	);
});

test.serial("a webhook that EasyPost did not sign changes nothing", async (t) => {
	const { id } = await send();
	const { parcelId, rev } = await until(t, id, ({ due, labelUrl }) => labelUrl !== null && due === undefined);
	const result = { shipment_id: parcelId, status: "delivered", tracking_details: [] };
	const body = JSON.stringify({ id: `evt_${id}`, description: "tracker.updated", result });
	const sign = (secret: string) => `hmac-sha256-hex=${createHmac("sha256", secret).update(body).digest("hex")}`;
	for (const headers of [{}, { "x-hmac-signature": "hmac-sha256-hex=00" }, { "x-hmac-signature": sign("guess") }])
		t.is(
			(await refusal(t, ask(easypostWebhook, { body, headers: headers as never, url: "" }))).code,
			"invalid_signature",
		);
	const signed = { "x-hmac-signature": sign(depot.secret) };
	const altered = body.replace("delivered", "returned");
	t.is((await refusal(t, ask(easypostWebhook, { body: altered, headers: signed, url: "" }))).code, "invalid_signature");
	t.is((await stored(id)).status, "label_created");
	t.true((await stored(id)).rev >= rev);
	t.deepEqual(await ask(easypostWebhook, { body, headers: signed, url: "" }), { accepted: true });
	await until(t, id, ({ status }) => status === "delivered");
});

test.serial("a carrier that is down delays the label and nothing else", async (t) => {
	await depot.faults({ status: 503, path: "/v2/" });
	const { id } = await send();
	while (depot.facts.every(({ shipmentId }) => shipmentId !== id))
		await new Promise((resolve) => setTimeout(resolve, 10));
	t.is((await stored(id)).status, "pending");
	await depot.faults();
	// On a slow machine the deliveries are over by now, and the sweep goes on.
	await sweep(Date.now() + 60_000);
	t.is((await until(t, id, hasLabel)).status, "label_created");
});

test.serial("after a long outage the sweep buys the label", async (t) => {
	await depot.faults({ status: 503, path: "/v2/" });
	const { id } = await send();
	// Longer than its event's deliveries are tried for in this test's shop.
	await new Promise((resolve) => setTimeout(resolve, 900));
	await depot.faults();
	t.is((await stored(id)).status, "pending");
	await sweep();
	t.is((await stored(id)).status, "pending", "it is not due yet");
	await sweep(Date.now() + 60_000);
	t.is((await until(t, id, hasLabel)).due, undefined);
});

test.serial("an answer that got lost after postage was paid does not pay twice", async (t) => {
	await depot.faults({ timeoutAfterSuccess: true, path: "/v2/shipments/" });
	const { id } = await send();
	const { parcelId } = await until(t, id, (shipment) => shipment.parcelId !== undefined);
	while ((await parcels()).every(({ reference, tracking_code }) => reference !== id || !tracking_code))
		await new Promise((resolve) => setTimeout(resolve, 10));
	await depot.faults();
	await sweep(Date.now() + 60_000);
	const shipment = await until(t, id, hasLabel);
	t.is(shipment.parcelId, parcelId);
	const paid = (await parcels()).filter(({ reference, tracking_code }) => reference === id && tracking_code);
	t.deepEqual(
		paid.map(({ tracking_code }) => tracking_code),
		[shipment.trackingNumber],
	);
});

test.serial("a parcel that no carrier takes fails with the reason", async (t) => {
	const { id } = await send({ items: [{ itemId: "itm_1", title: "Anvil", quantity: 1, grams: 90_000 }] });
	const { events, status } = await until(t, id, (shipment) => shipment.status !== "pending");
	t.is(status, "failed");
	t.regex(events.at(-1)!.message, /150 pounds/);
});

test.serial("a cancelled order's label is given back, unless the parcel is on its way", async (t) => {
	const waiting = await send();
	const { parcelId } = await until(t, waiting.id, hasLabel);
	t.deepEqual(await ask(cancelShipments, { orderId: waiting.orderId }), { cancelled: true });
	t.deepEqual(await ask(cancelShipments, { orderId: waiting.orderId }), { cancelled: true });
	const sent = (await parcels()).find((parcel) => parcel.id === parcelId);
	t.is(sent!.refund_status, "submitted");
	t.is((await stored(waiting.id)).status, "cancelled");

	const moving = await send();
	const { trackingNumber } = await until(t, moving.id, hasLabel);
	await depot.faults({ webhookDelayMs: 60_000 });
	await depot.advance(trackingNumber!);
	t.deepEqual(await ask(cancelShipments, { orderId: moving.orderId }), { cancelled: false });
	t.is((await stored(moving.id)).status, "label_created", "its webhook has yet to come");
	t.deepEqual(await ask(cancelShipments, { orderId: "ord_0" }), { cancelled: true });
});

test.serial("a shipment cancelled while its label is bought gives the postage back", async (t) => {
	await depot.faults({ delayMs: 200, path: "/v2/shipments/" });
	const { id, orderId } = await send();
	const { parcelId } = await until(t, id, (shipment) => shipment.parcelId !== undefined);
	t.deepEqual(await ask(cancelShipments, { orderId }), { cancelled: true });
	await until(t, id, ({ due, labelUrl }) => due === undefined && labelUrl !== null);
	const parcel = (await parcels()).find((one) => one.id === parcelId);
	t.is(parcel!.refund_status, "submitted");
	t.is((await stored(id)).status, "cancelled");
});

test.serial("a shipment is shown to the order's person, its token's holder and staff", async (t) => {
	const tokenHash = hash("sha256", "secret", "hex");
	const { id } = await send({ userId: "usr_1", tokenHash });
	for (const meta of [{ userId: "usr_1" }, { orderToken: "secret" }, { userId: "usr_2", scopes: ["orders:read"] }])
		t.is((await ask(getShipment, { id }, meta)).id, id);
	for (const meta of [{}, { userId: "usr_2" }, { orderToken: "guess" }, { scopes: ["catalog:read"] }])
		t.is((await refusal(t, ask(getShipment, { id }, meta))).code, "not_found");
});

test.serial(
	"where a person's parcels went is exported and then forgotten, the label when the carrier has the parcel",
	async (t) => {
		const person = { userId: "usr_9", addressHash: null, verified: false };
		const { id } = await send({ userId: "usr_9" });
		await until(t, id, hasLabel);
		const { data } = await ask(personalData.shipping, person);
		t.like(data.shipments, [{ id, email: "steve@example.com", address: { name: "Steve Brule" } }]);
		t.deepEqual(await ask(erasePerson.shipping, person), { erased: 1, waiting: 0 });
		t.notRegex(JSON.stringify(await stored(id)), /Steve|5th Ave|example\.com/);
		t.deepEqual(await ask(erasePerson.shipping, person), { erased: 0, waiting: 1 }, "its label is yet to be printed");
		const { trackingNumber } = await stored(id);
		await depot.advance(trackingNumber!);
		await until(t, id, ({ status }) => status === "in_transit");
		t.deepEqual(await ask(erasePerson.shipping, person), { erased: 1, waiting: 0 });
		t.notRegex(JSON.stringify(await stored(id)), /usr_9|label_url|https?:/);
		await depot.faults({ status: 503, path: "/v2/" });
		await send({ userId: "usr_9" });
		t.deepEqual(await ask(erasePerson.shipping, person), { erased: 0, waiting: 1 });
	},
);
