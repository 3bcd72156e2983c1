import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { NAMES, type StandInsOptions, startOne, startStandIns } from "./start.ts";

const folder = (t: ExecutionContext): string => {
	const dataDir = mkdtempSync(join(tmpdir(), "stand-ins-"));
	t.teardown(() => rmSync(dataDir, { recursive: true }));
	return dataDir;
};

async function start(t: ExecutionContext, options: Partial<StandInsOptions> = {}) {
	const all = await startStandIns({ settings: {}, host: "127.0.0.1", dataDir: null, ...options });
	t.teardown(() => all.close());
	return all;
}

test("with nothing set, every backend has its stand-in and its settings", async (t) => {
	const { settings, standIns } = await start(t);
	t.deepEqual(Object.keys(standIns).sort(), [...NAMES].sort());
	t.regex(settings.MONGODB_URL!, /^mongodb:\/\/127\.0\.0\.1:\d+/);
	t.regex(settings.STRIPE_SECRET_KEY!, /^sk_test_\w{48}$/);
	t.regex(settings.SMTP_URL!, /^smtp:/);
	for (const name of ["ELASTICSEARCH_URL", "STRIPE_API_URL", "PAYPAL_API_URL", "EASYPOST_API_URL", "TWILIO_API_URL"]) {
		t.regex(settings[name]!, /^http:\/\/127\.0\.0\.1:\d+$/);
	}
	t.is((await fetch(`${settings.SANDBOX_URL}/sandbox/`)).status, 200);
	t.is((await fetch(`${settings.SANDBOX_URL}/sandbox/api/approvals`)).status, 200);
});

test("a backend whose setting is given is left alone", async (t) => {
	const given = {
		MONGODB_URL: "mongodb://db.test",
		ELASTICSEARCH_URL: "http://search.test",
		STRIPE_SECRET_KEY: "sk_live_1",
		PAYPAL_CLIENT_ID: "x",
		EASYPOST_API_KEY: "x",
		SMTP_URL: "smtp://mail.test",
		TWILIO_ACCOUNT_SID: "",
	};
	const { settings, standIns } = await start(t, { settings: given });
	t.deepEqual(Object.keys(standIns).sort(), ["sandbox", "twilio"]);
	t.deepEqual(Object.keys(settings).sort(), [
		"SANDBOX_URL",
		"TWILIO_ACCOUNT_SID",
		"TWILIO_API_URL",
		"TWILIO_AUTH_TOKEN",
	]);
	const none = await start(t, { settings: { ...given, TWILIO_ACCOUNT_SID: "AC1" } });
	t.deepEqual(none.settings, {});
});

test("keys, ports and data outlive a restart, and only the owner can read the keys", async (t) => {
	const dataDir = folder(t);
	const first = await startStandIns({ settings: {}, host: "127.0.0.1", dataDir });
	await first.registerWebhooks("http://127.0.0.1:1/");
	await first.close();
	const { settings } = await start(t, { dataDir });
	const { MONGODB_URL: before, ...kept } = first.settings;
	const { MONGODB_URL: after, ...again } = settings;
	t.deepEqual(again, kept);
	t.truthy(before && after);
	t.is(statSync(join(dataDir, "stand-ins.json")).mode & 0o777, 0o600);
	t.true(readFileSync(join(dataDir, "stand-ins.json"), "utf8").includes(settings.STRIPE_SECRET_KEY!));
	for (const name of ["stripe", "paypal", "easypost"]) {
		const { targets } = (await (
			await fetch(`${settings[`${name.toUpperCase()}_API_URL`]}/_sandbox/webhook`)
		).json()) as {
			targets: { url: string }[];
		};
		t.deepEqual(
			targets.map(({ url }) => url),
			[`http://127.0.0.1:1/v1/webhooks/${name}`],
		);
	}
});

test("a port that someone else took meanwhile is replaced by a free one", async (t) => {
	const dataDir = folder(t);
	const first = await startStandIns({ settings: {}, host: "127.0.0.1", dataDir });
	await first.close();
	const thieves = ["STRIPE_API_URL", "EASYPOST_API_URL", "TWILIO_API_URL", "SMTP_URL", "SANDBOX_URL"].map((name) =>
		createServer().listen(Number(new URL(first.settings[name]!).port), "127.0.0.1"),
	);
	t.teardown(() => thieves.forEach((thief) => void thief.close()));
	await Promise.all(thieves.map((thief) => once(thief, "listening")));
	const { settings } = await start(t, { dataDir });
	t.not(settings.STRIPE_API_URL, first.settings.STRIPE_API_URL);
	t.is((await fetch(`${settings.TWILIO_API_URL}/_sandbox/messages`)).status, 200);
});

test("a folder that another process uses is told in a sentence, and nothing is left running", async (t) => {
	const dataDir = folder(t);
	await start(t, { dataDir });
	await t.throwsAsync(startStandIns({ settings: {}, host: "127.0.0.1", dataDir }), { message: /in use/ });
});

test("where buyers come from elsewhere, links to the stand-ins' pages lead through the shop", async (t) => {
	const { settings } = await start(t, {
		publicUrl: "https://shop.test/",
		settings: { MONGODB_URL: "mongodb://db.test" },
	});
	const here = { name: "Zoe", street1: "350 5th Ave", city: "New York", state: "NY", zip: "10118", country: "US" };
	const headers = {
		authorization: `Basic ${btoa(`${settings.EASYPOST_API_KEY}:`)}`,
		"content-type": "application/json",
	};
	const shipment = { to_address: here, from_address: here, parcel: { weight: 10 }, service: "Ground" };
	const body = JSON.stringify({ shipment });
	const answer = await fetch(`${settings.EASYPOST_API_URL}/v2/shipments`, { method: "POST", headers, body });
	const { postage_label } = (await answer.json()) as { postage_label: { label_url: string } };
	const { origin, pathname } = new URL(postage_label.label_url);
	t.is(origin, "https://shop.test");
	t.is((await fetch(settings.SANDBOX_URL + pathname)).headers.get("content-type"), "application/pdf");
});

test("one stand-in starts alone", async (t) => {
	const twilio = await startOne("twilio", { port: 0, host: "127.0.0.1", dataDir: null });
	t.teardown(() => twilio.close());
	t.is((await fetch(`${twilio.url}/_sandbox/messages`)).status, 200);
});
