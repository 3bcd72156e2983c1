import test from "ava";
import { CredentialChange } from "../../../schemas/events.ts";
import { hasMessage, mailOf, messageOf } from "./index.ts";

const usd = (amount: number) => ({ amount, currency: "USD" });
const order = {
	number: "1001",
	total: usd(129_999),
	items: [{ title: 'Mug <b>& "friends"</b>', quantity: 2, total: usd(129_999) }],
	totals: { subtotal: usd(120_000), discount: usd(1), shipping: usd(0), tax: usd(10_000), total: usd(129_999) },
	orderUrl: "https://shop.test/#/orders/ord_1?token=a&b='c'",
};

test("an order's mail lists its items and sums, as text and as HTML", (t) => {
	const { subject, text, html } = mailOf("order_confirmed", order);
	t.is(subject, "Thank you for your order 1001");
	t.true(text.includes('2 × Mug <b>& "friends"</b>'));
	t.regex(text, /Total\s+\$1,299\.99/);
	t.regex(text, /Discount\s+-\$0\.01/);
	t.true(text.includes(order.orderUrl));
	t.true(html.includes("2 × Mug &lt;b&gt;&amp; &quot;friends&quot;&lt;/b&gt;"));
	t.true(html.includes("token=a&amp;b=&#39;c&#39;"));
	t.false(html.includes("<b>"));
});

test("amounts are written as their currency is", (t) => {
	const refunded = (currency: string) => mailOf("order_refunded", { number: "1", amount: { amount: 1999, currency } });
	t.true(refunded("USD").subject.startsWith("$19.99 "));
	t.true(refunded("JPY").subject.startsWith("¥1,999 "));
	t.true(refunded("EUR").subject.startsWith("€19.99 "));
});

test("a field that is missing is named", (t) => {
	for (const [fields, message] of [
		[{}, /order_confirmed cannot be written: "number" is missing/],
		[{ ...order, items: "none" }, /"items" is not a list/],
		[{ ...order, items: [{ title: "Mug", quantity: 1 }] }, /"items.0.total" is missing/],
		[{ ...order, totals: null }, /"totals" is not an object/],
		[{ ...order, total: { amount: "1" } }, /"total" is not an amount/],
		[{ ...order, orderUrl: "javascript:alert(1)" }, /"orderUrl" is not an address of the web/],
	] as const) {
		t.throws(() => mailOf("order_confirmed", fields), { message });
	}
});

test("every kind can be written with what its callers give", (t) => {
	const parcel = { number: "7", carrier: "UPS", trackingNumber: "1Z", trackingUrl: "https://shop.test/#/tracking/x" };
	const account = { name: "Ann", link: "https://shop.test/#/verify-email?token=x" };
	for (const [kind, data] of [
		["verify_email", account],
		["reset_password", account],
		["email_change", { name: "Ann" }],
		...CredentialChange.enum.map(
			(change) => ["credentials_changed", { name: "Ann", change, at: "2026-12-01T10:00:00.000Z" }] as const,
		),
		["order_cancelled", { number: "7" }],
		["payment_failed", { number: "7", reason: "Your card was declined." }],
		["payment_failed", { number: "7" }],
		["shipment_sent", parcel],
		["shipment_sent", { ...parcel, trackingNumber: null, trackingUrl: null }],
		["shipment_delivered", parcel],
	] as const) {
		const { subject, text, html } = mailOf(kind, data);
		t.true(subject.length > 10 && text.length > 50 && html.length > 500);
		t.false(/undefined|null|\[object/.test(subject + text + html));
	}
});

test("what happened to an account is one of the things that can", (t) => {
	const fields = { name: "Ann", change: "toString", at: "2026-12-01T10:00:00.000Z" };
	t.throws(() => mailOf("credentials_changed", fields), {
		message: /"change" is not one of password_changed, mfa_enabled/,
	});
	const { subject, text } = mailOf("credentials_changed", { ...fields, change: "passkey_added" });
	t.is(subject, "A passkey was added to your account");
	t.true(text.includes("on 2026-12-01 at 10:00 UTC"));
});

test("parcels are also told of by a message, and nothing else is", (t) => {
	t.true(hasMessage("shipment_sent"));
	t.false(hasMessage("order_confirmed"));
	const text = messageOf("shipment_sent", { number: "7", carrier: "UPS", trackingUrl: "https://shop.test/t" });
	t.is(text, "Tradewind: order 7 is on its way with UPS. https://shop.test/t");
	t.true(messageOf("shipment_delivered", { number: "7" }).length <= 160);
});
