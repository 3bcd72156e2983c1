import { createHmac } from "node:crypto";
import test from "ava";
import { newId } from "../../runtime/ids.ts";
import {
	adminNotifications,
	getPreferences,
	myNotifications,
	resendNotification,
	setPreferences,
	twilioWebhook,
} from "../../schemas/notification.ts";
import { erasePerson, personalData } from "../../schemas/person.ts";
import { idOf } from "./domain.ts";
import { notifications, preferences, reports } from "./model.ts";
import { sweep } from "./sweep.ts";
import { openPostOffice, type PostOffice } from "./testing.ts";

let office: PostOffice;
let count = 0;
const address = () => `buyer${++count}@example.test`;
const phone = () => `+1415555${String(1000 + ++count)}`;
const parcel = { number: "7", carrier: "UPS", trackingNumber: "1Z", trackingUrl: "https://shop.test/#/tracking/x" };

test.before(async () => {
	office = await openPostOffice();
});
test.afterEach.always(() => Promise.all([office.faults("mail"), office.faults("twilio")]));
test.after.always(() => office.close());

const one = async (id: string) => (await office.listed()).find((entry) => entry.id === id);

test.serial("a mail that is asked for twenty times is sent once", async (t) => {
	const email = address();
	const reference = newId("ord");
	const answers = await Promise.all(Array.from({ length: 20 }, () => office.notify({ email, reference })));
	t.is(
		answers.reduce((sum, { queued }) => sum + queued, 0),
		1,
	);
	const id = idOf("order_cancelled", reference, "email");
	await office.until(async () => (await one(id))?.status === "sent");
	t.is((await office.notify({ email, reference })).queued, 0);
	const mails = await office.mailsTo(email);
	t.is(mails.length, 1);
	t.is(mails[0]?.subject, "Your order 1001 is cancelled");
	t.true(mails[0]?.text?.includes("nothing will be sent"));
	t.true(mails[0]?.html?.includes("<h1"));
	t.is(mails[0]?.headers["message-id"], `<${id}@tradewind.test>`);
	t.like(await one(id), { to: `b***@example.test`, attempts: 1, error: null, subject: "Your order 1001 is cancelled" });
});

test.serial("an event that is delivered again sends nothing", async (t) => {
	const email = address();
	const reference = newId("ord");
	await office.notify({ email, reference });
	const notificationId = idOf("order_cancelled", reference, "email");
	await office.until(async () => (await one(notificationId))?.status === "sent");
	for (let i = 0; i < 3; i++) {
		const at = new Date().toISOString();
		await office.node.bus.publish({
			id: `again/${i}/${notificationId}`,
			name: "notification.queued",
			aggregate: notificationId,
			at,
			data: { notificationId },
		});
	}
	t.is((await office.mailsTo(email)).length, 1);
});

test.serial("a mail whose event was lost is sent by the sweep, once", async (t) => {
	const email = address();
	const id = idOf("order_cancelled", newId("ord"), "email");
	const queuedAt = new Date(Date.now() - 120_000).toISOString();
	const lost = {
		kind: "order_cancelled" as const,
		channel: "email" as const,
		userId: null,
		to: email,
		data: { number: "1" },
	};
	const fresh = { subject: null, status: "queued" as const, attempts: 0, resends: 0, error: null, sentAt: null };
	await notifications.insert({
		id,
		reference: "ord_1",
		...lost,
		...fresh,
		createdAt: queuedAt,
		queuedAt,
		claimedUntil: queuedAt,
	});
	await Promise.all([sweep(), sweep()]);
	await sweep();
	t.is((await one(id))?.status, "sent");
	t.is((await office.mailsTo(email)).length, 1);
});

test.serial("a mail server that is down is asked again until it is back", async (t) => {
	const email = address();
	await office.faults("mail", { reject: 451 });
	await office.notify({ email });
	const waiting = await office.until(async () => (await office.listed("queued")).find(({ attempts }) => attempts > 1));
	t.regex(waiting.error ?? "", /451/);
	await office.faults("mail");
	await office.until(async () => (await one(waiting.id))?.status === "sent");
	t.is((await office.mailsTo(email)).length, 1);
});

test.serial(
	"a mail that fails for good says why, lies with the dead letters and is sent again when an operator asks",
	async (t) => {
		const email = address();
		const reference = newId("ord");
		const id = idOf("order_cancelled", reference, "email");
		await office.faults("mail", { reject: 451 });
		await office.notify({ email, reference });
		const failed = await office.until(async () => (await office.listed("failed")).find((entry) => entry.id === id));
		t.is(failed.attempts, 12);
		t.regex(failed.error ?? "", /451/);
		await office.until(async () => (await office.node.bus.deadLetters()).letters.length === 1);
		await office.faults("mail");
		t.is((await office.ask(resendNotification, { id })).status, "queued");
		await office.until(async () => (await one(id))?.status === "sent");
		const [mail] = await office.mailsTo(email);
		t.is(mail?.headers["message-id"], `<${id}.1@tradewind.test>`);
		const [letter] = (await office.node.bus.deadLetters()).letters;
		await office.node.bus.replay(letter!.id);
		t.is((await office.mailsTo(email)).length, 1);
		t.like(await t.throwsAsync(() => office.ask(resendNotification, { id: "ntf_none" })), { type: "not_found" });
	},
);

test.serial("a mailbox that is not there fails at once", async (t) => {
	const email = address();
	await office.faults("mail", { reject: 550 });
	await office.notify({ email });
	const failed = await office.until(async () =>
		(await office.listed("failed")).find(({ error }) => /550/.test(error ?? "")),
	);
	t.is(failed.attempts, 1);
});

test.serial("a notification that lacks what its text needs fails with the field's name", async (t) => {
	await office.notify({ email: address(), kind: "order_confirmed", data: { number: "9" } });
	const failed = await office.until(async () =>
		(await office.listed("failed")).find(({ error }) => /items/.test(error ?? "")),
	);
	t.is(failed.error, 'order_confirmed cannot be written: "items" is missing');
});

test.serial("a parcel is told of by mail and by message, and Twilio tells when it was delivered", async (t) => {
	const [email, to, reference] = [address(), phone(), newId("shp")];
	t.is((await office.notify({ kind: "shipment_sent", reference, email, phone: to, data: parcel })).queued, 2);
	const id = idOf("shipment_sent", reference, "sms");
	await office.until(async () => (await one(id))?.status === "delivered");
	const messages = await office.messagesTo(to);
	t.is(messages.length, 1);
	t.is(messages[0]?.body, "Tradewind: order 7 is on its way with UPS. https://shop.test/#/tracking/x");
	t.is((await one(id))?.to, `***${to.slice(-4)}`);
	t.true(office.callbacks.every(({ status }) => status === 200));
	const { body } = office.callbacks.find((call) => call.body.includes("MessageStatus=sent"))!;
	const signature = office.callbacks.find((call) => call.body === body)!.headers["x-twilio-signature"]!;
	const send = (text: string, sign: string) =>
		office.ask(twilioWebhook, { body: text, headers: { "x-twilio-signature": sign }, url: "http://elsewhere.test/" });
	await t.notThrowsAsync(() => send(body, signature));
	t.is((await one(id))?.status, "delivered");
	for (const [text, sign] of [
		[body.replace("sent", "failed"), signature],
		[body, ""],
		[body, "bm9uc2Vuc2U="],
	] as const) {
		t.like(await t.throwsAsync(() => send(text, sign)), { code: 400, type: "invalid_signature" });
	}
});

test.serial("a callback that comes before the message's number is stored is not lost", async (t) => {
	const sid = `SM${"a".repeat(32)}`;
	const form = { MessageSid: sid, MessageStatus: "delivered" };
	const signed = `${office.callbackUrl}${Object.entries(form).sort().flat().join("")}`;
	const headers = { "x-twilio-signature": createHmac("sha1", "secret").update(signed).digest("base64") };
	const body = new URLSearchParams(form).toString();
	await office.ask(twilioWebhook, { body, headers, url: "" });
	t.true((await office.ask(twilioWebhook, { body, headers, url: "" })).accepted);
	const reference = newId("shp");
	await office.notify({ kind: "shipment_sent", reference, email: address(), data: parcel });
	const mail = await notifications.get(idOf("shipment_sent", reference, "email"));
	const { rev: _, ...state } = mail;
	const id = idOf("shipment_sent", reference, "sms");
	await notifications.insert({ ...state, id, channel: "sms", to: phone(), status: "sent", providerId: sid });
	await office.until(async () => (await one(id))?.status === "delivered");
	await office.until(async () => (await reports.findMany({})).length === 0);
	t.pass();
});

test.serial("a number that takes no messages fails with Twilio's reason", async (t) => {
	await office.notify({ kind: "shipment_delivered", phone: "+15005550001", data: parcel });
	const failed = await office.until(async () =>
		(await office.listed("failed")).find(({ channel }) => channel === "sms"),
	);
	t.regex(failed.error ?? "", /not a valid phone number|invalid/i);
	t.is(failed.attempts, 1);
});

test.serial("a message whose answer was lost is not sent twice", async (t) => {
	const to = phone();
	const reference = newId("shp");
	const id = idOf("shipment_sent", reference, "sms");
	await office.faults("twilio", { timeoutAfterSuccess: true, path: "/2010-04-01" });
	await office.notify({ kind: "shipment_sent", reference, phone: to, data: parcel });
	await office.until(async () => (await office.messagesTo(to)).length === 1);
	await office.faults("twilio");
	await office.until(async () => ["sent", "delivered"].includes((await one(id))?.status ?? ""));
	t.is((await office.messagesTo(to)).length, 1);
});

test.serial("a person who wants no messages gets mails only", async (t) => {
	const meta = { userId: newId("usr") };
	t.deepEqual(await office.ask(getPreferences, {}, meta), { sms: true, marketing: false });
	t.deepEqual(await office.ask(setPreferences, { sms: true, marketing: true }, meta), { sms: true, marketing: true });
	await office.ask(setPreferences, { sms: false, marketing: false }, meta);
	t.deepEqual(await office.ask(getPreferences, {}, meta), { sms: false, marketing: false });
	const [email, to] = [address(), phone()];
	t.is((await office.notify({ kind: "shipment_sent", ...meta, email, phone: to, data: parcel })).queued, 1);
	t.is((await office.messagesTo(to)).length, 0);
});

test.serial("a person sees what was sent, page by page, and an operator sees masked addresses", async (t) => {
	const userId = newId("usr");
	const email = address();
	for (let i = 0; i < 5; i++) await office.notify({ userId, email });
	const seen: string[] = [];
	let cursor: string | null | undefined;
	do {
		const page = await office.ask(myNotifications, { limit: 2, ...(cursor ? { cursor } : {}) }, { userId });
		t.true(page.data.length <= 2);
		t.true(page.data.every(({ to }) => to === email));
		seen.push(...page.data.map(({ id }) => id));
		cursor = page.nextCursor;
	} while (cursor);
	t.is(new Set(seen).size, 5);
	t.is((await office.ask(myNotifications, {}, { userId: newId("usr") })).data.length, 0);
	const { data } = await office.ask(adminNotifications, { limit: 100 });
	t.false(data.some(({ to }) => to.startsWith("buyer")));
	const times = data.map(({ createdAt }) => createdAt);
	t.deepEqual(times, times.toSorted().reverse());
});

test.serial("a link to sign in with is not kept after it was sent", async (t) => {
	const email = address();
	const userId = newId("usr");
	const link = "https://shop.test/#/reset-password?token=very-secret";
	await office.notify({ kind: "reset_password", reference: userId, userId, email, data: { name: "Ann", link } });
	const id = idOf("reset_password", userId, "email");
	await office.until(async () => (await one(id))?.status === "sent");
	t.true((await office.mailsTo(email))[0]?.text?.includes(link));
	t.false(JSON.stringify(await notifications.get(id)).includes("very-secret"));
	t.like(await t.throwsAsync(() => office.ask(resendNotification, { id })), { type: "transition_not_allowed" });
});

test.serial("what is held on a person is exported whole and erased without a trace", async (t) => {
	const userId = newId("usr");
	const email = address();
	await office.notify({ userId, email });
	await office.ask(setPreferences, { sms: false, marketing: true }, { userId });
	const person = { userId, addressHash: null, verified: false };
	const { data } = await office.ask(personalData.notification, person);
	t.like(data, { preferences: [{ sms: false, marketing: true }], notifications: [{ to: email }] });
	await office.until(async () => (await office.mailsTo(email)).length === 1);
	await office.until(() => office.node.relay.pending() === 0);
	t.is((await office.ask(erasePerson.notification, person)).erased, 2);
	t.is((await office.ask(erasePerson.notification, person)).erased, 0);
	const left = JSON.stringify([await notifications.findMany({}), await preferences.findMany({})]);
	t.false(left.includes(userId) || left.includes(email));
});
