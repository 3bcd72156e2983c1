import test from "ava";
import { commandCount } from "../../runtime/store/connection.ts";
import { refusal } from "../../runtime/testing.ts";
import { shippingRate, shippingRates } from "../../schemas/shipping.ts";
import { circuit } from "./circuit.ts";
import { quotes } from "./model.ts";
import { forgetQuotes } from "./quote.ts";
import { shipFrom } from "./ship-from.ts";
import { home, openDepot } from "./testing.ts";

const depot = await openDepot();
const { ask } = depot;
test.after.always(() => depot.close());
test.afterEach.always(() => depot.faults());

const currency = "USD";
const quoted = async () => (await depot.held("shipments")).length;

test.serial(
	"FedEx and UPS rates are offered, cheapest first, and a rate is found again for its address and weight",
	async (t) => {
		const { data } = await ask(shippingRates, { address: home, grams: 900, currency });
		t.is(data.length, 10);
		const prices = data.map(({ price }) => price.amount);
		t.deepEqual(
			prices,
			prices.toSorted((a, b) => a - b),
		);
		t.deepEqual([...new Set(data.map(({ carrier }) => carrier))].sort(), ["FedEx", "UPS"]);
		t.true(data.every(({ maxDeliveryDate }) => Date.parse(maxDeliveryDate!) > Date.now()));
		const rateId = data[3]!.id;
		t.deepEqual(await ask(shippingRate, { rateId, address: { ...home, line1: "elsewhere" }, grams: 901 }), data[3]!);
		for (const other of [
			{ rateId, address: home, grams: 2_000 },
			{ rateId, address: { ...home, postalCode: "10001" }, grams: 900 },
			{ rateId: "rate_0", address: home, grams: 900 },
			{ rateId: rateId.replace(/_\d+$/, "_99"), address: home, grams: 900 },
		])
			t.is((await refusal(t, ask(shippingRate, other))).code, "shipping_rate_unknown");
		forgetQuotes();
		t.deepEqual(await ask(shippingRate, { rateId, address: home, grams: 900 }), data[3]!);
	},
);

test.serial("the same place and weight are asked for once in ten minutes, also by another node", async (t) => {
	const address = { ...home, city: "Buffalo", postalCode: "14201" };
	const before = await quoted();
	const ask20 = () =>
		Promise.all(Array.from({ length: 20 }, () => ask(shippingRates, { address, grams: 400, currency })));
	const answers = await ask20();
	t.is(await quoted(), before + 1);
	t.true(answers.every(({ data }) => data[0]!.id === answers[0]!.data[0]!.id));
	forgetQuotes();
	t.is((await ask(shippingRates, { address, grams: 450, currency })).data[0]!.id, answers[0]!.data[0]!.id);
	t.is(await quoted(), before + 1);
	const commands = commandCount();
	for (let i = 0; i < 100; i++) await ask(shippingRates, { address, grams: 400, currency });
	t.true(commandCount() - commands < 20);
	await ask(shippingRates, { address, grams: 460, currency });
	t.is(await quoted(), before + 2);
});

test.serial("the street is not told to carriers before something is sent", async (t) => {
	await ask(shippingRates, { address: { ...home, postalCode: "10119" }, grams: 100, currency });
	t.false(JSON.stringify(await depot.held("addresses")).includes(home.line1));
});

test.serial("an address that no carrier goes to is refused with the reasons", async (t) => {
	const { code, data } = await refusal(
		t,
		ask(shippingRates, { address: { ...home, state: "ZZ" }, grams: 100, currency }),
	);
	t.is(code, "address_invalid");
	t.deepEqual(data, { reasons: ["Address not found"] } as never);
	const nowhere = { ...home, state: undefined, country: "KP" };
	const far = await refusal(t, ask(shippingRates, { address: nowhere, grams: 100, currency }));
	t.deepEqual(far.data, { reasons: ["Country not supported"] } as never);
});

test.serial("while the carriers are down or slow a flat rate is offered, and theirs again afterwards", async (t) => {
	const address = { ...home, city: "Albany", postalCode: "12207" };
	await depot.faults({ status: 500, path: "/v2/" });
	const { data } = await ask(shippingRates, { address, grams: 1_000, currency });
	t.is(data.length, 1);
	t.like(data[0], { carrier: "Tradewind", service: "Standard", price: { amount: 960, currency } });
	t.deepEqual(await ask(shippingRate, { rateId: data[0]!.id, address, grams: 1_000 }), data[0]!);

	await depot.faults({ delayMs: 20_000, path: "/v2/" });
	forgetQuotes();
	const slow = await ask(shippingRates, { address: { ...address, city: "Troy" }, grams: 1_000, currency });
	t.is(slow.data[0]!.carrier, "Tradewind");

	await depot.faults({ rubbish: true, path: "/v2/" });
	for (let i = 0; i < 6; i++) {
		const place = { ...address, city: `Place ${i}` };
		t.is((await ask(shippingRates, { address: place, grams: 1_000, currency })).data[0]!.carrier, "Tradewind");
	}
	await depot.faults();
	const spared = await ask(shippingRates, { address: { ...address, city: "Utica" }, grams: 1_000, currency });
	t.is(spared.data[0]!.carrier, "Tradewind", "an open circuit asks nobody");

	forgetQuotes();
	t.not((await ask(shippingRates, { address, grams: 1_000, currency })).data[0]!.carrier, "Tradewind");
});

test.serial("another currency than the carriers' and a parcel too heavy for them go by the flat rate", async (t) => {
	const { data } = await ask(shippingRates, { address: home, grams: 900, currency: "EUR" });
	t.like(data, [{ carrier: "Tradewind", price: { currency: "EUR" } }]);
	const heavy = await ask(shippingRates, { address: home, grams: 100_000, currency });
	t.like(heavy.data, [{ carrier: "Tradewind", price: { amount: 790 + 85 * 220, currency } }]);
});

test("offers are forgotten by the store after 24 hours", async (t) => {
	const ttl = (await quotes.documents.indexes()).find(({ expireAfterSeconds }) => expireAfterSeconds === 0);
	t.deepEqual(ttl?.key, { expiresAt: 1 });
	const [quote] = await quotes.findMany({}, { limit: 1 });
	const kept = quote!.expiresAt.getTime() - Date.parse(quote!.createdAt);
	t.is(kept, 24 * 3_600_000);
});

test("a circuit opens after failures in a row, lets one try after a while and closes when it works", async (t) => {
	const run = circuit(3, 50);
	let tried = 0;
	const fails = async () => {
		tried++;
		throw new Error("down");
	};
	for (let i = 0; i < 5; i++) await t.throwsAsync(run(fails));
	t.is(tried, 3);
	await new Promise((resolve) => setTimeout(resolve, 60));
	const both = await Promise.allSettled([run(async () => "up"), run(async () => "up")]);
	t.deepEqual(
		both.map(({ status }) => status),
		["fulfilled", "rejected"],
	);
	t.is(await run(async () => "up"), "up");
});

test("where parcels start is read from one line, and a mistake in it stops the shop", (t) => {
	t.deepEqual(shipFrom("Shop, Main St 1, Berlin, , 10115, DE"), {
		name: "Shop",
		line1: "Main St 1",
		city: "Berlin",
		postalCode: "10115",
		country: "DE",
	});
	for (const text of ["Shop, Berlin", "Shop, Main St 1, Berlin, , 10115, Germany"])
		t.throws(() => shipFrom(text), { message: /^SHIP_FROM is .* but must be: name, street/ });
});
