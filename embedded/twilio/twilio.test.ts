import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv } from "ajv";
import test, { type ExecutionContext } from "ava";
import twilio from "twilio";
import Domain from "twilio/lib/base/Domain.js";
import type { default as RequestClient } from "twilio/lib/base/RequestClient.js";
import Version from "twilio/lib/base/Version.js";
import { MessageListInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import { startTwilio, type TwilioOptions } from "./index.ts";
import { segments } from "./numbers.ts";

const accountSid = `AC${"0".repeat(32)}`;
const authToken = "a_secret_token";
const from = "+15005550006";

/** The SDK's own client, whose requests go to another origin. */
class Elsewhere extends twilio.RequestClient {
	origin: string;
	constructor(origin: string) {
		super();
		this.origin = origin;
	}
	override request<T>(options: RequestClient.RequestOptions<T>) {
		return super.request<T>({ ...options, uri: options.uri.replace("https://api.twilio.com", this.origin) });
	}
}

async function start(t: ExecutionContext, options: Partial<TwilioOptions> = {}) {
	const standIn = await startTwilio({ dataDir: null, accountSid, authToken, stepMs: 5, ...options });
	t.teardown(() => standIn.close());
	const client = twilio(accountSid, authToken, { httpClient: new Elsewhere(standIn.url) });
	return { standIn, client };
}

async function callbacks(t: ExecutionContext) {
	const got: { signature: string; params: Record<string, string> }[] = [];
	const server = createServer(async (request, response) => {
		const body = Buffer.concat(await request.toArray()).toString();
		got.push({
			signature: request.headers["x-twilio-signature"] as string,
			params: Object.fromEntries(new URLSearchParams(body)),
		});
		response.end();
		server.emit("got");
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	const until = async (count: number) => {
		while (got.length < count) await once(server, "got");
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/webhooks/twilio?a=1`, got, until };
}

test("a text is queued, sent and delivered, and each step is told by a callback that the SDK takes for Twilio's", async (t) => {
	const { client } = await start(t);
	const { url, got, until } = await callbacks(t);
	const queued = await client.messages.create({
		to: "+4915112345678",
		from,
		body: "Ihr Paket ist da.",
		statusCallback: url,
	});
	t.is(queued.status, "queued");
	await until(2);
	t.deepEqual(
		got.map(({ params }) => params.MessageStatus),
		["sent", "delivered"],
	);
	for (const { signature, params } of got) {
		t.true(twilio.validateRequest(authToken, signature, url, params));
		t.false(twilio.validateRequest("another", signature, url, params));
	}
	t.is((await client.messages(queued.sid).fetch()).status, "delivered");
});

test("Twilio's magic numbers fail as documented", async (t) => {
	const { client } = await start(t);
	const to = "+14155552345";
	const refused: [string, string, number][] = [
		["+15005550001", from, 21211],
		["+15005550002", from, 21612],
		["+15005550003", from, 21408],
		["+15005550004", from, 21610],
		["+15005550009", from, 21614],
		[to, "+15005550001", 21212],
		[to, "+15005550007", 21606],
		[to, "+15005550008", 21611],
		["0151", from, 21211],
	];
	for (const [recipient, sender, code] of refused) {
		const error = await t.throwsAsync(client.messages.create({ to: recipient, from: sender, body: "x" }));
		t.like(error, { code, status: 400 });
	}
	t.like(await t.throwsAsync(client.messages.create({ to, from })), { code: 21602 });
	t.like(await t.throwsAsync(client.messages.create({ to, body: "x" })), { code: 21603 });
	t.like(await t.throwsAsync(client.messages.create({ to, from, body: "x".repeat(1601) })), { code: 21617 });
	t.regex(
		(await t.throwsAsync(client.messages.create({ to, from, mediaUrl: ["https://x.test/a.png"] })))!.message,
		/MediaUrl/,
	);
});

test("a wrong token is refused, and so is an unknown message", async (t) => {
	const { client, standIn } = await start(t);
	const stranger = twilio(accountSid, "wrong", { httpClient: new Elsewhere(standIn.url) });
	t.like(await t.throwsAsync(stranger.messages.create({ to: "+14155552345", from, body: "x" })), {
		code: 20003,
		status: 401,
	});
	t.like(await t.throwsAsync(client.messages(`SM${"0".repeat(32)}`).fetch()), { code: 20404, status: 404 });
});

test("texts are listed newest first, page by page and by recipient", async (t) => {
	const { client } = await start(t, { numbers: ["+14155550000"] });
	for (let i = 0; i < 5; i++) {
		await client.messages.create({ to: i === 3 ? "+14155559999" : "+14155552345", from: "+14155550000", body: `${i}` });
	}
	t.deepEqual(
		(await client.messages.list({ pageSize: 2 })).map(({ body }) => body),
		["4", "3", "2", "1", "0"],
	);
	t.deepEqual(
		(await client.messages.list({ to: "+14155559999" })).map(({ body }) => body),
		["3"],
	);
});

test("a text that the operator fails tells its error", async (t) => {
	const { client, standIn } = await start(t, { stepMs: 60_000 });
	const { url, got, until } = await callbacks(t);
	const { sid } = await client.messages.create({ to: "+14155552345", from, body: "x", statusCallback: url });
	await fetch(`${standIn.url}/_sandbox/messages/${sid}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ status: "undelivered", errorCode: 30003 }),
	});
	await until(1);
	t.like(got[0]?.params, { MessageStatus: "undelivered", ErrorCode: "30003" });
});

test("a text under way at a restart is delivered after it", async (t) => {
	const dataDir = mkdtempSync(join(tmpdir(), "twilio-"));
	t.teardown(() => rmSync(dataDir, { recursive: true }));
	const first = await startTwilio({ dataDir, stepMs: 60_000 });
	const { sid } = await twilio(accountSid, authToken, { httpClient: new Elsewhere(first.url) }).messages.create({
		to: "+14155552345",
		from,
		body: "x",
	});
	await first.close();
	const { client } = await start(t, { dataDir });
	let message = await client.messages(sid).fetch();
	while (message.status !== "delivered") message = await client.messages(sid).fetch();
	t.truthy(message.dateSent);
});

test("the SDK's message resource works without the rest of the SDK", async (t) => {
	const { standIn } = await start(t);
	// A tenth of the memory of the whole package: one resource, and a sender of one's own instead of axios.
	const sender = {
		async request(options: { method: string; uri: string; data: Record<string, string> }) {
			const answer = await fetch(options.uri, {
				method: options.method,
				headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
				body: new URLSearchParams(options.data),
			});
			return { statusCode: answer.status, body: await answer.text() };
		},
	};
	const domain = new Domain.default(sender as never, standIn.url);
	const version = new Version.default(domain, "2010-04-01");
	const messages = MessageListInstance(version as never, accountSid);
	t.is((await messages.create({ to: "+14155552345", from, body: "lean" })).status, "queued");
	t.like(await t.throwsAsync(messages.create({ to: "+15005550001", from, body: "x" })), { code: 21211 });
});

test("a long text, or one beyond the GSM alphabet, takes more segments", (t) => {
	t.is(segments("a".repeat(160)), 1);
	t.is(segments("a".repeat(161)), 2);
	t.is(segments("✓".repeat(70)), 1);
	t.is(segments("✓".repeat(71)), 2);
	t.is(segments(`${"a".repeat(159)}€`), 2);
});

test("every answer fits Twilio's own OpenAPI document", async (t) => {
	const schema = openApi();
	if (!schema) {
		console.log("Skipped: shared/data/providers/twilio_api_v2010.json.gz is not above this folder.");
		return t.pass();
	}
	const ajv = new Ajv({ strict: false, validateFormats: false });
	ajv.addSchema(schema, "twilio");
	const path = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
		.replaceAll("/", "~1")
		.replaceAll("{", "%7B")
		.replaceAll("}", "%7D");
	const hold = (pointer: string, body: unknown) => {
		const valid = ajv.validate({ $ref: `twilio#${pointer}` }, body);
		t.true(valid, ajv.errorsText());
	};
	const { client, standIn } = await start(t);
	const { sid } = await client.messages.create({ to: "+14155552345", from, body: "x" });
	const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;
	const get = async (rest: string) =>
		(await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}/${rest}`, { headers: { authorization } })).json();
	const message = (await get(`Messages/${sid}.json`)) as object;
	hold("/components/schemas/api.v2010.account.message", message);
	const schemas = (schema as { components: { schemas: Record<string, { properties: object }> } }).components.schemas;
	const known = Object.keys(schemas["api.v2010.account.message"]!.properties);
	t.deepEqual(Object.keys(message).sort(), known.sort());
	hold(`/paths/${path}/get/responses/200/content/application~1json/schema`, await get("Messages.json"));
});

function openApi(): object | null {
	for (let dir = import.meta.dirname; dir !== dirname(dir); dir = dirname(dir)) {
		const file = join(dir, "shared", "data", "providers", "twilio_api_v2010.json.gz");
		if (existsSync(file)) return nullable(JSON.parse(gunzipSync(readFileSync(file)).toString())) as object;
	}
	return null;
}

// OpenAPI 3.0 says `nullable` where JSON Schema has a second type.
function nullable(node: unknown): unknown {
	if (typeof node !== "object" || node === null) return node;
	if (Array.isArray(node)) return node.map(nullable);
	const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, nullable(value)]));
	if (copy.nullable === true && typeof copy.type === "string") copy.type = [copy.type, "null"];
	return copy;
}
