import test from "ava";
import { AUTHORIZE, failure, sandbox } from "./testing.ts";

test("a customer is made, changed, found by address and deleted", async (t) => {
	const { stripe } = await sandbox(t);
	const customer = await stripe.customers.create({
		email: "ada@shop.test",
		name: "Ada",
		metadata: { user: "usr_1", x: "1" },
	});
	t.like(customer, { email: "ada@shop.test", name: "Ada", livemode: false });
	const changed = await stripe.customers.update(customer.id, { name: "", metadata: { x: "" } });
	t.is(changed.name, null);
	t.deepEqual({ ...changed.metadata }, { user: "usr_1" });
	await stripe.customers.create({ email: "bob@shop.test" });
	t.deepEqual(
		(await stripe.customers.list({ email: "ada@shop.test" })).data.map(({ id }) => id),
		[customer.id],
	);
	t.true((await stripe.customers.del(customer.id)).deleted);
	t.like(await stripe.customers.retrieve(customer.id), { deleted: true });
	t.is((await stripe.customers.list()).data.length, 1);
	t.is((await failure(stripe.customers.update(customer.id, { name: "x" }))).statusCode, 404);
});

test("a card is made from a token, attached, listed and detached", async (t) => {
	const { stripe } = await sandbox(t);
	const { id: customer } = await stripe.customers.create({});
	const card = await stripe.paymentMethods.create({
		type: "card",
		card: { token: "tok_mastercard" },
		billing_details: { name: "Ada", address: { country: "US", postal_code: "94107" } },
	});
	t.like(card, { type: "card", customer: null, billing_details: { name: "Ada" } });
	t.like(card.card, { brand: "mastercard", last4: "4444" });
	t.is((await stripe.paymentMethods.attach(card.id, { customer })).customer, customer);
	t.is((await stripe.customers.listPaymentMethods(customer)).data.length, 1);
	t.is((await stripe.paymentMethods.list({ customer, type: "card" })).data[0]?.id, card.id);
	const other = await stripe.customers.create({});
	t.is((await failure(stripe.paymentMethods.attach(card.id, { customer: other.id }))).statusCode, 400);
	t.is(
		(await failure(stripe.paymentIntents.create({ ...AUTHORIZE, payment_method: card.id }))).param,
		"payment_method",
	);
	t.is((await stripe.paymentMethods.detach(card.id)).customer, null);
	const declined = await failure(stripe.paymentMethods.attach("pm_card_chargeDeclined", { customer }));
	t.is(declined.code, "card_declined");
});

test("a card can come along with the payment itself, but not by its number", async (t) => {
	const { stripe, control } = await sandbox(t);
	const { payment_method: _, ...authorize } = AUTHORIZE;
	const paid = await stripe.paymentIntents.create({
		...authorize,
		payment_method_data: { type: "card", card: { token: "tok_visa_debit" } },
		expand: ["payment_method"],
	} as never);
	t.like(paid, { status: "requires_capture", payment_method: { card: { funding: "debit" } } });
	const number = { type: "card", card: { number: "4000000000000002", exp_month: "1", exp_year: "2040" } };
	const error = await failure(stripe.paymentIntents.create({ ...authorize, payment_method_data: number } as never));
	t.is(error.statusCode, 402);
	t.false(JSON.stringify((await control("GET", "/state")).body).includes("4000000000000002"));
});

test("a card of a payment is kept for later when the payment says so", async (t) => {
	const { stripe } = await sandbox(t);
	const { id: customer } = await stripe.customers.create({});
	await stripe.paymentIntents.create({ ...AUTHORIZE, customer, setup_future_usage: "off_session" });
	t.is((await stripe.paymentMethods.list({ customer })).data.length, 1);
});

test("payments are listed by customer and page, and found by what the shop wrote on them", async (t) => {
	const { stripe } = await sandbox(t);
	const { id: customer } = await stripe.customers.create({});
	const ids: string[] = [];
	for (let i = 0; i < 5; i++) {
		const own = i % 2 === 0 ? { customer } : {};
		ids.unshift((await stripe.paymentIntents.create({ ...AUTHORIZE, ...own, metadata: { order: `ord_${i}` } })).id);
	}
	const first = await stripe.paymentIntents.list({ limit: 2 });
	t.deepEqual([first.data.map(({ id }) => id), first.has_more], [ids.slice(0, 2), true]);
	const next = await stripe.paymentIntents.list({ limit: 10, starting_after: ids[1] });
	t.deepEqual([next.data.map(({ id }) => id), next.has_more], [ids.slice(2), false]);
	const back = await stripe.paymentIntents.list({ limit: 2, ending_before: ids[3] });
	t.deepEqual(
		back.data.map(({ id }) => id),
		ids.slice(1, 3),
	);
	t.is((await stripe.paymentIntents.list({ customer })).data.length, 3);
	t.is((await stripe.paymentIntents.list({ created: { gt: Math.floor(Date.now() / 1000) + 5 } })).data.length, 0);
	const all: string[] = [];
	for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) all.push(id);
	t.deepEqual(all, ids);

	const search = async (query: string) => (await stripe.paymentIntents.search({ query })).data.map(({ id }) => id);
	t.deepEqual(await search("metadata['order']:'ord_3'"), [ids[1]]);
	t.deepEqual(await search(`metadata["order"]:"ord_3" AND status:"succeeded"`), []);
	t.is((await search(`customer:"${customer}" AND -metadata['order']:'ord_0'`)).length, 2);
	t.is((await search("metadata['order']:'ord_1' OR metadata['order']:'ord_2'")).length, 2);
	t.is((await search("amount>1000 AND currency:'usd'")).length, 5);
	t.is((await failure(stripe.paymentIntents.search({ query: "colour:'red'" }))).statusCode, 400);
});

test("what cannot be expanded is refused", async (t) => {
	const { stripe } = await sandbox(t);
	const { id } = await stripe.paymentIntents.create(AUTHORIZE);
	t.is((await failure(stripe.paymentIntents.retrieve(id, { expand: ["colour"] }))).statusCode, 400);
	t.is((await failure(stripe.paymentIntents.retrieve(id, { expand: ["amount"] }))).param, "expand");
	const list = await stripe.paymentIntents.list({ expand: ["data.latest_charge"] });
	t.like(list.data[0]?.latest_charge, { object: "charge", amount: 1999 });
});
