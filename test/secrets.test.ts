import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { freePort } from "../bin/ports.ts";
import { RestClient } from "../bin/rest.ts";
import { type Setting, settings } from "../schemas/settings.ts";
import { addressed, as, filled, place, stocked, until, VISA } from "./buyer.ts";

const root = join(import.meta.dirname, "..");
/** Nothing listens there. */
const NOWHERE = "127.0.0.1:1";
const run = randomBytes(4).toString("hex");
/** A word that stands in a secret and nowhere else. */
const wordOf = (name: string) => `canary${name.replaceAll("_", "").toLowerCase()}${run}`;

const SECRETS = Object.entries(settings as Record<string, Setting>).filter(([, { secret }]) => secret);
const SCHEMES: Record<string, string> = { MONGODB_URL: "mongodb", NATS_URL: "nats", SMTP_URL: "smtp" };
/** Every secret with its word inside, and backends that do not answer. */
const CANARIES: Record<string, string> = Object.fromEntries(
	SECRETS.map(([name, { type }]) => {
		const word = wordOf(name);
		if (name === "NATS_NKEY_SEED") return [name, SEED()];
		return [name, type === "url" ? `${SCHEMES[name] ?? "http"}://owner:${word}@${NOWHERE}` : word.padEnd(40, "x")];
	}),
);

function SEED(): string {
	return `SU${run.toUpperCase().replace(/[^A-F2-7]/g, "Z")}`.padEnd(58, "A");
}

/** What must not be seen: the words, as they are and as an Authorization header carries them. */
const HIDDEN: [string, string][] = SECRETS.flatMap(([name]) => {
	const value = CANARIES[name] as string;
	const word = name === "NATS_NKEY_SEED" ? value : wordOf(name);
	const encoded = [value, `${value}:`, `owner:${word}`].map((text) =>
		Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1),
	);
	return [word, ...encoded].map((text): [string, string] => [name, text]);
});
const { PAYPAL_CLIENT_ID: id, PAYPAL_CLIENT_SECRET: secret } = CANARIES;
HIDDEN.push(["PAYPAL_CLIENT_SECRET", Buffer.from(`${id}:${secret}`).toString("base64").slice(0, -4)]);

const seenIn = (text: string) => [...new Set(HIDDEN.filter(([, word]) => text.includes(word)).map(([name]) => name))];

/** A command of the shop that sees these settings and no other, and all that it prints. */
function start(t: ExecutionContext, file: string, names: string[], more: Record<string, string>) {
	const { PATH = "", HOME = "" } = process.env;
	const child = spawn(process.execPath, [join(root, file), ...names], {
		env: { PATH, HOME, LOG_LEVEL: "trace", ...more },
		stdio: ["pipe", "pipe", "pipe"],
	});
	const written = { text: "" };
	for (const output of [child.stdout, child.stderr]) {
		output.on("data", (chunk) => {
			written.text += chunk;
		});
	}
	const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
	t.teardown(async () => {
		child.kill("SIGTERM");
		const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
		await ended;
		clearTimeout(late);
	});
	return { child, written, ended };
}

function folderOf(t: ExecutionContext): string {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

test("no secret is seen in a shop whose backends all fail: not in logs, answers, metrics or the REPL", async (t) => {
	const [DATA_DIR, PORT] = [folderOf(t), String(await freePort("127.0.0.1"))];
	const { NATS_URL: _, MONGODB_URL: __, ...given } = CANARIES;
	const APIS = ["STRIPE", "PAYPAL", "EASYPOST", "TWILIO"].map((name) => [`${name}_API_URL`, `http://${NOWHERE}`]);
	const shop = start(t, "bin/start.ts", ["--no-sample"], {
		...given,
		...Object.fromEntries(APIS),
		PAYPAL_WEBHOOK_ID: "WH-1",
		PATH: "",
		DATA_DIR,
		PORT,
		RATE_LIMIT: "off",
	});
	const client = new RestClient(`http://127.0.0.1:${PORT}`);
	const ask: RestClient["request"] = async (...request) => {
		const answer = await client.request<never>(...request);
		answers.push(JSON.stringify(answer));
		return answer;
	};
	const answers: string[] = [];
	const quiet = { request: ask } as RestClient;
	await until(
		"the shop is ready",
		async () => {
			if (shop.child.exitCode !== null) throw new Error(shop.written.text);
			return shop.written.text.includes("npm run repl");
		},
		60,
	);
	const email = "admin@tradewind.test";
	// The one answer that carries a token, and none of these.
	const { accessToken } = as<{ accessToken: string }>(
		200,
		await ask("POST", "/v1/auth/login", { body: { email, password: CANARIES.ADMIN_PASSWORD } }),
	);
	await ask("POST", "/v1/auth/login", { body: { email, password: `${CANARIES.ADMIN_PASSWORD}!` } });
	await ask("POST", "/v1/auth/register", {
		body: { email: "ada@example.com", password: "a long enough word", name: "Ada" },
	});
	await ask("POST", "/v1/auth/forgot-password", { body: { email } });
	const goods = await stocked(quiet, accessToken, { requiresShipping: true });
	await ask("GET", "/v1/search?q=thing");
	for (const payment of [VISA, { provider: "paypal", returnUrl: "https://shop.example.com/back" }]) {
		const cart = await filled(quiet, goods);
		await addressed(quiet, cart);
		await place(quiet, cart, payment);
	}
	for (const provider of ["stripe", "paypal", "easypost", "twilio"])
		await ask("POST", `/v1/webhooks/${provider}`, { body: { id: "evt_1" } });
	for (const path of ["/health/ready", "/health/live", "/metrics", "/openapi.json", "/v1/nothing"]) {
		const response = await fetch(`http://127.0.0.1:${PORT}${path}`);
		answers.push(await response.text());
	}
	await ask("GET", "/v1/admin/dead-letters", { accessToken });

	const repl = start(t, "operator/repl.ts", [], { DATA_DIR });
	await until("the REPL has joined", async () => /Joined/.test(repl.written.text), 40);
	for (const line of [
		"nodes -d",
		"services -ai",
		"actions -ai",
		"events -ai",
		"info",
		"orders",
		"outbox",
		"deadletters",
		"call $node.options",
		"call $node.list",
		"call user.nothing",
		"stock NONE",
	])
		repl.child.stdin.write(`${line}\n`);
	await until("the REPL has answered", async () => /There is no SKU NONE/.test(repl.written.text), 40);
	repl.child.stdin.end();

	t.regex(shop.written.text, /"level":10|TRACE|transporter|registry/i, "it does log");
	t.true(answers.length > 15);
	t.deepEqual(seenIn(`{"url":"smtp://${wordOf("SMTP_URL")}"}`), ["SMTP_URL"], "what is seen would be found");
	t.deepEqual(seenIn(shop.written.text), [], "printed by the shop");
	t.deepEqual(seenIn(repl.written.text), [], "printed by the REPL");
	for (const answer of answers) t.deepEqual(seenIn(answer), [], answer.slice(0, 300));
});

const BAD: [title: string, file: string, names: string[], more: () => Record<string, string>][] = [
	["a database that does not answer", "bin/start.ts", [], () => pick("MONGODB_URL")],
	[
		"a database's URL that is none",
		"bin/start.ts",
		[],
		() => ({ MONGODB_URL: `mongodb://o:${wordOf("MONGODB_URL")}@@h:x` }),
	],
	[
		"a database's URL with a bad escape",
		"bin/start.ts",
		[],
		() => ({ MONGODB_URL: `mongodb://o:%zz${wordOf("MONGODB_URL")}@${NOWHERE}` }),
	],
	["a NATS that does not answer", "bin/start.ts", [], () => pick("NATS_URL", "NATS_NKEY_SEED")],
	[
		"a NATS's seed that is none",
		"bin/start.ts",
		[],
		() => ({ NATS_URL: `nats://${NOWHERE}`, NATS_NKEY_SEED: wordOf("NATS_NKEY_SEED") }),
	],
	["a node of its own", "bin/node.ts", ["payment"], () => ({ ...CANARIES })],
	["the streams' maker", "bin/nats-streams.ts", [], () => pick("NATS_URL", "NATS_NKEY_SEED")],
	["an operator", "operator/repl.ts", [], () => pick("NATS_URL", "NATS_NKEY_SEED")],
];
const pick = (...names: string[]) => Object.fromEntries(names.map((name) => [name, CANARIES[name] as string]));

for (const [title, file, names, more] of BAD) {
	test.serial(`no secret is seen where a start fails: ${title}`, async (t) => {
		const { child, written, ended } = start(t, file, names, { DATA_DIR: folderOf(t), PORT: "0", PATH: "", ...more() });
		// A broker alone goes on trying, and says so.
		const tries = until("it says so", async () => /Connection is failed|CONNECTION_REFUSED/.test(written.text), 60);
		await Promise.race(file.startsWith("operator") ? [ended, tries] : [ended]);
		child.kill("SIGTERM");
		await ended;
		t.not(written.text, "");
		t.deepEqual(seenIn(written.text), [], written.text.slice(0, 2_000));
		t.notRegex(written.text, new RegExp(`canary\\w*${run}`));
	});
}
