import test from "ava";
import { letterOf } from "./events/letter.ts";
import { redacted } from "./redact.ts";

test("addresses and phone numbers are left out of what servers say, and nothing else is", (t) => {
	t.is(redacted("550 5.1.1 <ada.l+x@mail.example.co.uk>: unknown"), "550 5.1.1 <<address>>: unknown");
	t.is(redacted('{"to":"ada@example.com","n":1}'), '{"to":"<address>","n":1}');
	t.is(redacted("The number +14155550123 is not reachable"), "The number <phone> is not reachable");
	for (const text of [
		"2026-11-30T12:00:00.000+02:00",
		"order 100001 of ord_019ad5b0 tries capture again in 1.5 s",
		"mongodb://127.0.0.1:27017/?replicaSet=rs0",
		"node shop.ab12@host failed +15 times",
	])
		t.is(redacted(text), text);
});

test("a dead letter keeps no address that the error told of", (t) => {
	const error = new Error("550 5.1.1 ada@example.com unknown; call +14155550123");
	const history = [{ attempt: 1, at: "2026-01-01T00:00:00.000Z", error: redacted(error.message) }];
	const event = { id: "e", name: "notification.queued", aggregate: "ntf_1", at: "2026-01-01T00:00:00.000Z", data: {} };
	const letter = letterOf({ service: "notification", consumer: "send" }, event, error, 8, history);
	t.regex(letter.error, /550 5\.1\.1 <address> unknown/);
	t.truthy(letter.stack);
	t.notRegex(JSON.stringify(letter), /ada@|4155550123/);
});
