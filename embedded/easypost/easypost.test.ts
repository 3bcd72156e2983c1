import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EasyPost from "@easypost/api";
import test, { type ExecutionContext } from "ava";
import { type EasypostOptions, startEasypost } from "./index.ts";
import { fedexCheckDigit, upsCheckDigit } from "./tracking-numbers.ts";

// The package's types are those of CommonJS; what Node imports is its ES module.
const Client = EasyPost as unknown as typeof EasyPost.default;

const shop = {
	name: "Tradewind",
	street1: "417 Montgomery Street",
	city: "San Francisco",
	state: "CA",
	zip: "94104",
	country: "US",
};
const buyer = {
	name: "Steve Brule",
	street1: "350 5th Ave",
	city: "New York",
	state: "NY",
	zip: "10118",
	country: "US",
};
const abroad = { name: "Anna Weber", street1: "Invalidenstr. 116", city: "Berlin", zip: "10115", country: "DE" };
const parcel = { length: 10, width: 8, height: 4, weight: 40 };
const customs = {
	contents_type: "merchandise",
	customs_certify: true,
	customs_signer: "Tradewind",
	eel_pfc: "NOEEI 30.37(a)",
	customs_items: [
		{ description: "T-shirt", quantity: 2, weight: 11, value: 23.25, hs_tariff_number: "610910", origin_country: "US" },
	],
};

async function start(t: ExecutionContext, options: Partial<EasypostOptions> = {}) {
	const standIn = await startEasypost({ dataDir: null, ...options });
	t.teardown(() => standIn.close());
	return { standIn, client: new Client("EZTK_test", { baseUrl: `${standIn.url}/v2/` }) };
}

async function receiver(t: ExecutionContext) {
	const got: { headers: Record<string, string>; body: Buffer }[] = [];
	const server = createServer(async (request, response) => {
		got.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(await request.toArray()) });
		response.end();
		server.emit("got");
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.teardown(() => server.closeAllConnections());
	t.teardown(() => server.close());
	const until = async (count: number) => {
		while (got.length < count) await once(server, "got");
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got, until };
}

const advance = (url: string, key: string, status?: string) =>
	fetch(`${url}/_sandbox/trackers/${key}/advance`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(status ? { status } : {}),
	});

test("a good address is verified and a bad one is told what is wrong", async (t) => {
	const { client } = await start(t);
	const good = await client.Address.create({ ...shop, verify: true });
	t.true(good.verifications.delivery.success);
	t.is(good.city, "SAN FRANCISCO");
	const elsewhere = await client.Address.create({ ...shop, zip: "10118", verify: true });
	t.false(elsewhere.verifications.delivery.success);
	t.like(elsewhere.verifications.delivery.errors[0], { code: "E.ADDRESS.NOT_FOUND" } as never);
	const error = await t.throwsAsync(client.Address.create({ ...shop, state: "ZZ", verify_strict: true }));
	t.like(error, { code: "ADDRESS.VERIFY.FAILURE", statusCode: 422 });
	await t.throwsAsync(client.Address.createAndVerify({ ...shop, street1: "Montgomery Street" }), {
		message: "Unable to verify address.",
	});
	const plain = await client.Address.create(shop);
	t.is((await client.Address.retrieve(plain.id)).street1, shop.street1);
	t.is((await client.Address.verifyAddress(plain.id)).street1, "417 MONTGOMERY STREET");
});

test("a shipment at home is quoted by both carriers, and costs more when it is bigger or goes farther", async (t) => {
	const { client } = await start(t);
	const quote = async (to: object, box: object) => {
		const { rates } = await client.Shipment.create({ to_address: to, from_address: shop, parcel: box } as never);
		return (service: string) => Number(rates.find((rate) => rate.service === service)?.rate);
	};
	const far = await quote(buyer, parcel);
	t.true(far("FEDEX_GROUND") < far("FEDEX_2_DAY") && far("FEDEX_2_DAY") < far("STANDARD_OVERNIGHT"));
	t.true(far("Ground") < far("2ndDayAir") && far("2ndDayAir") < far("NextDayAir"));
	const near = await quote({ ...shop, name: "Neighbour" }, parcel);
	t.true(near("FEDEX_GROUND") < far("FEDEX_GROUND"));
	const bulky = await quote(buyer, { length: 24, width: 18, height: 18, weight: 40 });
	t.true(bulky("FEDEX_GROUND") > far("FEDEX_GROUND"));
	t.is((await quote(buyer, parcel))("Ground"), far("Ground"));
});

test("a shipment abroad gets international services and needs customs to be bought", async (t) => {
	const { client } = await start(t);
	const bare = await client.Shipment.create({ to_address: abroad, from_address: shop, parcel } as never);
	const services = bare.rates.map((rate) => rate.service);
	t.true(services.includes("INTERNATIONAL_ECONOMY") && services.includes("Expedited"));
	t.false(services.includes("FEDEX_GROUND"));
	t.like(await t.throwsAsync(client.Shipment.buy(bare.id, bare.rates[0]!)), { code: "SHIPMENT.POSTAGE.FAILURE" });
	const declared = { to_address: abroad, from_address: shop, parcel, customs_info: customs };
	const shipment = await client.Shipment.create(declared as never);
	t.is((await client.Shipment.buy(shipment.id, shipment.lowestRate())).tracker.status, "pre_transit");
});

test("what no carrier takes gets no rate but the carriers' reasons", async (t) => {
	const { client } = await start(t);
	const heavy = await client.Shipment.create({
		to_address: buyer,
		from_address: shop,
		parcel: { weight: 2500 },
	} as never);
	t.deepEqual(heavy.rates, []);
	t.regex(heavy.messages[0]!.message as unknown as string, /150\.00 pounds/);
});

test("postage is bought once, with a tracking number whose check digit is right", async (t) => {
	const { client } = await start(t);
	for (const carrier of ["FedEx", "UPS"]) {
		const quoted = await client.Shipment.create({
			to_address: buyer,
			from_address: shop,
			parcel,
			reference: carrier,
		} as never);
		const rate = quoted.rates.find((candidate) => candidate.carrier === carrier)!;
		const bought = await client.Shipment.buy(quoted.id, rate, 100);
		t.is(bought.selected_rate.id, rate.id);
		t.is(bought.insurance as unknown, "100.00");
		t.deepEqual(
			bought.fees.map(({ type }) => type),
			["PostageFee", "InsuranceFee"],
		);
		const code = bought.tracking_code;
		t.regex(code, carrier === "UPS" ? /^1Z[0-9A-Z]{16}$/ : /^\d{12}$/);
		t.is(
			Number(code.at(-1)),
			carrier === "UPS" ? upsCheckDigit(code.slice(2, 17)) : fedexCheckDigit(code.slice(0, 11)),
		);
		t.is(bought.tracker.tracking_code, code);
		t.like(await t.throwsAsync(client.Shipment.buy(quoted.id, rate)), {
			code: "SHIPMENT.POSTAGE.EXISTS",
			statusCode: 422,
		});
		t.is((await client.Shipment.retrieve(carrier)).id, quoted.id);
		t.is((await client.makeApiCall("get", `rates/${rate.id}`)).service, rate.service);
	}
	const { shipments } = await client.Shipment.all();
	t.is(shipments.length, 2);
});

test("the check digits are those of the carriers' published examples", (t) => {
	t.is(upsCheckDigit("999AA1012345678"), 4);
	t.is(fedexCheckDigit("98657878885"), 5);
});

test("a label is a real PDF under its own address", async (t) => {
	const { client } = await start(t);
	const quoted = await client.Shipment.create({
		to_address: buyer,
		from_address: shop,
		parcel,
		reference: "ord_1",
	} as never);
	const bought = await client.Shipment.buy(quoted.id, quoted.rates[0]!);
	const answer = await fetch(bought.postage_label.label_url);
	t.is(answer.headers.get("content-type"), "application/pdf");
	const bytes = Buffer.from(await answer.arrayBuffer());
	t.is(bytes.subarray(0, 5).toString(), "%PDF-");
	t.true(bytes.length > 1500 && bytes.includes("%%EOF"));
	t.is((await fetch(bought.postage_label.label_url.replace(/.{6}\.pdf$/, "000000.pdf"))).status, 404);
});

test("postage is refunded before the parcel moves and not after", async (t) => {
	const { client, standIn } = await start(t);
	const buy = async () => {
		const quoted = await client.Shipment.create({ to_address: buyer, from_address: shop, parcel } as never);
		return client.Shipment.buy(quoted.id, quoted.rates[0]!);
	};
	const early = await buy();
	t.is((await client.Shipment.refund(early.id)).refund_status, "submitted");
	await fetch(`${standIn.url}/_sandbox/shipments/${early.id}/refund`, { method: "POST" });
	t.is((await client.Shipment.retrieve(early.id)).refund_status, "refunded");
	const late = await buy();
	await advance(standIn.url, late.tracking_code);
	t.like(await t.throwsAsync(client.Shipment.refund(late.id)), { code: "SHIPMENT.REFUND.UNAVAILABLE" });
});

test("a parcel moves step by step to its buyer and each step is told by a webhook that the SDK takes for EasyPost's", async (t) => {
	const { client, standIn } = await start(t);
	const { url, got, until } = await receiver(t);
	const secret = "sécret-ﬁ";
	const hook = await client.Webhook.create({
		url,
		webhook_secret: secret,
		custom_headers: [{ name: "X-Shop", value: "1" }],
	} as never);
	const quoted = await client.Shipment.create({ to_address: buyer, from_address: shop, parcel } as never);
	const bought = await client.Shipment.buy(quoted.id, quoted.rates[0]!);
	await until(1);
	for (let count = 2; count <= 4; count++) {
		t.is((await advance(standIn.url, bought.tracking_code)).status, 200);
		await until(count);
	}
	t.is((await advance(standIn.url, bought.tracking_code)).status, 422);
	const events = got.map(({ body, headers }) => client.Utils.validateWebhook(body, headers, secret) as never) as {
		description: string;
		previous_attributes: object;
		result: { status: string; weight: number | null };
	}[];
	t.deepEqual(
		events.map(({ description, result }) => [description, result.status]),
		[
			["tracker.created", "pre_transit"],
			["tracker.updated", "in_transit"],
			["tracker.updated", "out_for_delivery"],
			["tracker.updated", "delivered"],
		],
	);
	t.is(events[3]?.result.weight, 40);
	t.deepEqual(events[3]?.previous_attributes, { status: "out_for_delivery" });
	t.is(got[0]?.headers["x-shop"], "1");
	t.throws(() => client.Utils.validateWebhook(got[0]!.body, got[0]!.headers, "another"));
	t.is((await client.Shipment.retrieve(bought.id)).status, "delivered");
	t.is((await client.Tracker.retrieve(bought.tracker.id)).tracking_details.length, 4);
	t.is((await client.Webhook.all()).webhooks.length, 1);
	await client.Webhook.delete(hook.id);
	t.like(await t.throwsAsync(client.Webhook.retrieve(hook.id)), { statusCode: 404 });
});

test("a parcel can fail, go back or wait for pickup when the operator says so", async (t) => {
	const { client, standIn } = await start(t);
	for (const status of ["available_for_pickup", "return_to_sender", "failure"]) {
		const quoted = await client.Shipment.create({ to_address: buyer, from_address: shop, parcel } as never);
		const bought = await client.Shipment.buy(quoted.id, quoted.rates[0]!);
		await advance(standIn.url, bought.tracker.id, status);
		t.is((await client.Tracker.retrieve(bought.tracker.id)).status, status as never);
	}
	t.is((await advance(standIn.url, "nonsense")).status, 404);
});

test("parcels move by themselves when the stand-in is told to", async (t) => {
	const { client } = await start(t, { autoAdvanceMs: 20 });
	const quoted = await client.Shipment.create({ to_address: buyer, from_address: shop, parcel } as never);
	const bought = await client.Shipment.buy(quoted.id, quoted.rates[0]!);
	let tracker = bought.tracker;
	while (tracker.status !== "delivered") tracker = await client.Tracker.retrieve(tracker.id);
	t.is(tracker.tracking_details.length, 4);
});

test("EasyPost's test tracking codes have the statuses that it documents", async (t) => {
	const { client } = await start(t);
	const statuses = [
		"pre_transit",
		"in_transit",
		"out_for_delivery",
		"delivered",
		"return_to_sender",
		"failure",
		"unknown",
	];
	for (const [i, status] of statuses.entries()) {
		const code = `EZ${i + 1}00000000${i + 1}`;
		const tracker = await client.Tracker.create({ tracking_code: code, carrier: "USPS" } as never);
		t.is(tracker.status, status as never);
		t.is((await client.Tracker.create({ tracking_code: code } as never)).id, tracker.id);
	}
	t.is((await client.Tracker.all({ page_size: 3 })).trackers.length, 3);
	t.like(await t.throwsAsync(client.Tracker.create({ tracking_code: "hm" } as never)), { statusCode: 422 });
});

test("a wrong key, an unknown id, a missing field and an unsupported route are refused as EasyPost does", async (t) => {
	const { client, standIn } = await start(t, { apiKey: "EZTK_test" });
	const stranger = new Client("EZTK_other", { baseUrl: `${standIn.url}/v2/` });
	t.like(await t.throwsAsync(stranger.Shipment.all()), { statusCode: 401 });
	t.is((await fetch(`${standIn.url}/v2/shipments`)).status, 401);
	t.like(await t.throwsAsync(client.Shipment.retrieve("shp_0")), { code: "NOT_FOUND", statusCode: 404 });
	const error = await t.throwsAsync(client.Shipment.create({ parcel } as never));
	t.like(error, { code: "PARAMETER.REQUIRED", statusCode: 422 });
	const unsupported = await t.throwsAsync(client.Batch.create({ shipments: [] } as never));
	t.regex(unsupported!.message, /POST \/v2\/batches/);
	const zpl = { to_address: buyer, from_address: shop, parcel, options: { label_format: "ZPL" } };
	t.regex((await t.throwsAsync(client.Shipment.create(zpl as never)))!.message, /ZPL/);
});

test("shipments, trackers and webhooks are still there after a restart", async (t) => {
	const dataDir = mkdtempSync(join(tmpdir(), "easypost-"));
	t.teardown(() => rmSync(dataDir, { recursive: true }));
	const first = await startEasypost({ dataDir });
	const before = new Client("k", { baseUrl: `${first.url}/v2/` });
	const quoted = await before.Shipment.create({ to_address: buyer, from_address: shop, parcel } as never);
	const bought = await before.Shipment.buy(quoted.id, quoted.rates[0]!);
	await before.Webhook.create({ url: "http://127.0.0.1:1/hook" } as never);
	await first.close();
	t.true(existsSync(join(dataDir, "easypost.sqlite")));
	const { client } = await start(t, { dataDir });
	const after = await client.Shipment.retrieve(bought.id);
	t.is(after.tracking_code, bought.tracking_code);
	t.is((await fetch(after.postage_label.label_url)).status, 200);
});
