import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { type Setting, settings as schema } from "../schemas/settings.ts";
import { ConfigurationError, readSettings } from "./config.ts";

const none = () => {
	throw new Error("no such file");
};

test("settings that are not given have their defaults", (t) => {
	const settings = readSettings({}, none);
	t.is(settings.PORT, "3000");
	t.is(settings.MONGODB_URL, "");
	t.true(Object.isFrozen(settings));
});

test("every mistake is told at once, in a sentence that says what to set", (t) => {
	const error = t.throws(
		() => readSettings({ PORT: "http", NATS_URL: "nowhere", LOG_LEVEL: "loud", RATE_LIMIT: "maybe" }, none),
		{
			instanceOf: ConfigurationError,
		},
	);
	t.is(
		error?.message,
		[
			'PORT is "http" but must be a whole number from 0 to 65535',
			"NATS_URL is set but must be a URL such as nats://127.0.0.1:4222",
			'RATE_LIMIT is "maybe" but must be one of on, off',
			'LOG_LEVEL is "loud" but must be one of trace, debug, info, warn, error, fatal, silent',
		].join("\n"),
	);
});

test("a cluster's URL names several servers, and one of another kind is refused", (t) => {
	const NATS_URL = "nats://a:4222,nats://b:4222";
	const MONGODB_URL = "mongodb://user:word@a:27017,b:27017,c:27017/?replicaSet=shop";
	t.is(readSettings({ NATS_URL, MONGODB_URL }, none).MONGODB_URL, MONGODB_URL);
	t.throws(() => readSettings({ MONGODB_URL: "http://127.0.0.1:27017" }, none), {
		message: "MONGODB_URL is set but must be a URL such as mongodb://127.0.0.1:27017",
	});
	t.throws(() => readSettings({ CURRENCY: "EURO" }, none), { message: 'CURRENCY is "EURO" but must be like USD' });
});

test("a secret is read from a file, and never printed", (t) => {
	const secret = "s3cret".repeat(6);
	t.is(readSettings({ TOKEN_SECRET_FILE: "/run/secret" }, () => `${secret}\n`).TOKEN_SECRET, secret);
	const short = t.throws(() => readSettings({ TOKEN_SECRET: "s3cret" }, none))?.message ?? "";
	t.regex(short, /TOKEN_SECRET is set but must be .*at least 32 characters/);
	t.notRegex(short, /s3cret/);
	const error = t.throws(() => readSettings({ MONGODB_URL: "s3cret" }, none));
	t.false(error?.message.includes("s3cret"));
	t.regex(
		t.throws(() => readSettings({ TOKEN_SECRET_FILE: "/gone" }, none))?.message ?? "",
		/TOKEN_SECRET_FILE names \/gone/,
	);
});

const EXAMPLES: Record<string, string> = Object.fromEntries(
	readFileSync(join(import.meta.dirname, "..", ".env.example"), "utf8")
		.split("\n")
		.filter((line) => /^[A-Z]\w+=./.test(line))
		.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);
const SECRETS = Object.entries(schema as Record<string, Setting>).filter(([, { secret }]) => secret);

test("in production a secret of .env.example is refused, unless it is for a stand-in", (t) => {
	const NODE_ENV = "production";
	let seen = 0;
	for (const [name, value] of Object.entries(EXAMPLES)) {
		const { secret, sample } = (schema as Record<string, Setting>)[name] as Setting;
		// Of an address the example says no secret.
		if (!sample) {
			t.true(!secret || name === "SMTP_URL", `${name} is a secret: give it its sample in schemas/settings.ts`);
			continue;
		}
		seen++;
		t.is(value, sample, name);
		t.throws(() => readSettings({ NODE_ENV, [name]: value }, none), {
			message: `${name} has the value of .env.example, which everybody knows: set your own`,
		});
		t.throws(() => readSettings({ NODE_ENV, [`${name}_FILE`]: "f" }, () => value), { instanceOf: ConfigurationError });
		t.throws(() => readSettings({ [name]: value }, none, true), { instanceOf: ConfigurationError });
		t.notThrows(() => readSettings({ [name]: value }, none));
	}
	t.is(seen, 9);
	t.notThrows(() => readSettings({ NODE_ENV, ...EXAMPLES }, none), "the profile sandbox of docker-compose.yml");
	t.throws(() => readSettings({ NODE_ENV, ...EXAMPLES, PAYPAL_API_URL: "https://api-m.paypal.com" }, none), {
		message: /^PAYPAL_CLIENT_ID .*\nPAYPAL_CLIENT_SECRET .*\nPAYPAL_WEBHOOK_ID [^\n]*$/,
	});
});

test("in production a seed of tokens that can be guessed is refused", (t) => {
	for (const TOKEN_SECRET of ["x".repeat(32), "12".repeat(30), "secret".repeat(8)])
		t.throws(() => readSettings({ NODE_ENV: "production", TOKEN_SECRET }, none), {
			message: /^TOKEN_SECRET can be guessed/,
		});
	for (const size of [16, 32])
		for (const encoding of ["hex", "base64url"] as const) {
			const TOKEN_SECRET = randomBytes(size).toString(encoding).padEnd(32, "-");
			t.notThrows(() => readSettings({ NODE_ENV: "production", TOKEN_SECRET }, none), encoding);
		}
	t.notThrows(() => readSettings({ NODE_ENV: "production" }, none), "a shop of one process makes its own");
});

test("every secret can be named by a file, and no mistake shows one", (t) => {
	t.true(SECRETS.length > 10);
	for (const [name, { type, pattern }] of SECRETS) {
		const good =
			name === "NATS_NKEY_SEED"
				? `SU${"A".repeat(56)}`
				: { MONGODB_URL: "mongodb://u:canary@h", NATS_URL: "nats://u:canary@h" }[name];
		const value = good ?? (type === "url" ? "https://u:canary@h" : "canary".repeat(8));
		const read = readSettings({ [`${name}_FILE`]: "/run/secrets/x" }, () => `${value}\n`) as Record<string, string>;
		t.is(read[name], value, name);
		if (type === "url" || pattern)
			t.notRegex(t.throws(() => readSettings({ [name]: "canary" }, none))?.message ?? "", /canary/, name);
	}
});
