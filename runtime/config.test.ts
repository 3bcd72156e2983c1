import test from "ava";
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
			'NATS_URL is "nowhere" but must be a URL such as nats://127.0.0.1:4222',
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
