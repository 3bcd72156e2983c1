import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { openState } from "./state.ts";
import { receiver } from "./testing/receiver.ts";
import { outgoing, type WebhookFaults } from "./webhooks.ts";

const WELL: WebhookFaults = { delayMs: 0, repeat: 1, shuffle: false };
const signed = (_body: string, { secret }: { secret: string }) => ({ "x-secret": secret });

test("a webhook that was not taken is sent after a restart", async (t) => {
	const dataDir = mkdtempSync(join(tmpdir(), "webhooks-"));
	t.teardown(() => rmSync(dataDir, { recursive: true }));
	let up = false;
	const hook = await receiver(t, () => (up ? 204 : 503));
	const before = openState(dataDir, "hooks");
	const first = outgoing(before, signed, () => WELL);
	first.register({ id: "a", url: hook.url, secret: "s" });
	before.transaction(() => first.send("paid", '{"n":1}'));
	await hook.until(({ length }) => length === 1);
	first.close();
	before.close();
	up = true;
	const after = openState(dataDir, "hooks");
	t.teardown(() => after.close());
	const second = outgoing(after, signed, () => WELL);
	t.teardown(() => second.close());
	await hook.until(({ length }) => length === 2);
	t.is(hook.received[1]?.raw.toString(), '{"n":1}');
	t.is(hook.received[1]?.headers["x-secret"], "s");
	t.is(hook.received[1]?.headers["content-type"], "application/json");
});

test("what was rolled back is told to nobody, and a target of the moment needs no registration", async (t) => {
	const state = openState(null, "hooks");
	t.teardown(() => state.close());
	const hook = await receiver(t);
	const hooks = outgoing(state, signed, () => WELL);
	t.teardown(() => hooks.close());
	const target = { id: "once", url: hook.url, secret: "s" };
	t.throws(() =>
		state.transaction(() => {
			hooks.send("lost", "lost", target);
			throw new Error("no");
		}),
	);
	hooks.send("kept", "kept", target);
	hooks.send("gone", "gone", { ...target, url: "nowhere" });
	await hook.until(({ length }) => length === 1);
	t.is(hook.received[0]?.raw.toString(), "kept");
	// The one for nowhere stays.
	while (hooks.pending() > 1) await new Promise(setImmediate);
	t.is(hooks.pending(), 1);
});

test("many webhooks at once all arrive, over few connections", async (t) => {
	const state = openState(null, "hooks");
	t.teardown(() => state.close());
	const hook = await receiver(t);
	const hooks = outgoing(state, signed, () => WELL);
	t.teardown(() => hooks.close());
	hooks.register({ id: "a", url: hook.url, secret: "s" });
	for (let i = 0; i < 500; i++) hooks.send("tick", JSON.stringify({ i, text: "ünïcode" }));
	await hook.until(({ length }) => length === 500);
	t.is(new Set(hook.received.map(({ raw }) => JSON.parse(raw.toString()).i)).size, 500);
});
