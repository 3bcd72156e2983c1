import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { freePort } from "../bin/ports.ts";
import { RestClient } from "../bin/rest.ts";
import { until } from "./buyer.ts";

const test = anyTest as TestFn;
const root = join(import.meta.dirname, "..");
/** Nothing listens there. */
const NOWHERE = "127.0.0.1:1";
/** What a mistake may take until its sentence is printed, on a machine that has other work. */
const PATIENCE = 60_000;

interface Ended {
	code: number | null;
	errors: string;
	output: string;
}

/** A command of the shop in an environment that has these settings and no other. */
function start(t: ExecutionContext, file: string, names: string[], settings: Record<string, string>) {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	const { PATH = "", HOME = "", NODE_COMPILE_CACHE } = process.env;
	const child = spawn(process.execPath, [join(root, "bin", file), ...names], {
		cwd: folder,
		env: {
			PATH,
			HOME,
			...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
			PORT: "0",
			DATA_DIR: folder,
			...settings,
		},
		stdio: ["ignore", "pipe", "pipe"],
	});
	const written = { output: "", errors: "" };
	child.stdout?.on("data", (chunk) => {
		written.output += chunk;
	});
	child.stderr?.on("data", (chunk) => {
		written.errors += chunk;
	});
	const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
	t.teardown(async () => {
		child.kill("SIGTERM");
		const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
		await ended;
		clearTimeout(late);
		rmSync(folder, { recursive: true, force: true });
	});
	return { child, ended, written };
}

let free = 3;
const waiting: (() => void)[] = [];

/** Few at a time: processes that start together only wait for each other. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
	else free--;
	try {
		return await work();
	} finally {
		const next = waiting.shift();
		if (next) next();
		else free++;
	}
}

async function ending(
	t: ExecutionContext,
	file: string,
	names: string[],
	settings: Record<string, string>,
): Promise<Ended> {
	const { child, ended, written } = start(t, file, names, settings);
	const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
	const code = await ended;
	clearTimeout(late);
	return { code, ...written };
}

/** The process ends by itself, says one sentence, and shows no stack. */
function refuses(title: string, file: string, names: string[], settings: Record<string, string>, sentence: RegExp) {
	test(title, async (t) => {
		const { code, errors, output } = await inTurn(() => ending(t, file, names, settings));
		t.is(code, 1, errors);
		t.regex(errors, sentence);
		t.notRegex(errors + output, /^\s+at |node:internal|Node\.js v\d|\.ts:\d+/m);
	});
}

const BACKENDS = { NATS_URL: `nats://${NOWHERE}`, MONGODB_URL: `mongodb://${NOWHERE}` };

refuses(
	"every mistake of the settings is told at once",
	"start.ts",
	[],
	{
		PORT: "http",
		LOG_LEVEL: "loud",
		CURRENCY: "EURO",
		NAMESPACE: "a b",
		MONGODB_URL: "http://127.0.0.1:27017",
		NATS_URL: "nowhere",
	},
	/^The configuration has a mistake:\nPORT is "http" but must be a whole number.*\nNAMESPACE is "a b".*\nCURRENCY is "EURO" but must be like USD\nNATS_URL .*\nMONGODB_URL is set but must be a URL such as mongodb:.*\nLOG_LEVEL is "loud" but must be one of trace, /m,
);
refuses(
	"a database that does not answer is named",
	"start.ts",
	[],
	{ MONGODB_URL: `mongodb://${NOWHERE}` },
	/^MONGODB_URL names a server that does not answer: /,
);
refuses(
	"a NATS that does not answer is named",
	"start.ts",
	[],
	{ NATS_URL: `nats://${NOWHERE}` },
	/^NATS_URL names a server that does not answer: /,
);
refuses(
	"an address of another machine is refused",
	"start.ts",
	[],
	{ HOST: "203.0.113.7" },
	/^HOST 203\.0\.113\.7 is no address of this machine/,
);
refuses(
	"a data folder that is a file is refused",
	"start.ts",
	[],
	{ DATA_DIR: join(root, "package.json") },
	/^DATA_DIR \S+ cannot be made: /,
);
refuses(
	"an administrator's password that is too short is refused",
	"start.ts",
	["--no-sample"],
	{ ADMIN_PASSWORD: "short" },
	/ADMIN_PASSWORD must have 8 to 128 characters/,
);
refuses(
	"a node of a service that does not exist is refused",
	"node.ts",
	["basket"],
	BACKENDS,
	/^There is no service basket\. Usage: /,
);
refuses("a node without a service is told what to name", "node.ts", [], BACKENDS, /^Usage: node bin\/node\.ts SERVICE/);
refuses(
	"a node needs the secret that all nodes share",
	"node.ts",
	["cart"],
	BACKENDS,
	/^TOKEN_SECRET must be set for a node of its own$/m,
);
refuses(
	"a node is told which backend does not answer",
	"node.ts",
	["cart"],
	{ ...BACKENDS, TOKEN_SECRET: "a secret of all nodes, long enough for them" },
	/^(MONGODB|NATS)_URL names a server that does not answer: /,
);

refuses(
	"a start in production with a secret of .env.example is refused",
	"start.ts",
	[],
	{ NODE_ENV: "production", STRIPE_SECRET_KEY: "sk_test_sandbox", STRIPE_WEBHOOK_SECRET: "whsec_sandbox" },
	/^The configuration has a mistake:\nSTRIPE_SECRET_KEY has the value of \.env\.example.*\nSTRIPE_WEBHOOK_SECRET has /,
);
refuses(
	"a node of its own is in production, and refuses a seed of tokens that can be guessed",
	"node.ts",
	["cart"],
	{ ...BACKENDS, TOKEN_SECRET: "0123".repeat(8) },
	/^TOKEN_SECRET can be guessed: set what /,
);

test("a port that is taken is told before anything is started", async (t) => {
	const other = createServer();
	await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
	t.teardown(() => other.close());
	const { port } = other.address() as AddressInfo;
	const { code, errors, output } = await ending(t, "start.ts", [], { PORT: String(port) });
	t.is(code, 1);
	t.is(errors, `Port ${port} is in use: end what listens there, or set PORT to another one\n`);
	t.is(output, "");
});

test("a shop without its search index sells and says what is missing; a second one on its folder is refused", async (t) => {
	const port = String(await freePort("127.0.0.1"));
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	writeFileSync(join(folder, "password"), "a long enough secret");
	const settings = {
		PORT: port,
		DATA_DIR: folder,
		ADMIN_PASSWORD_FILE: join(folder, "password"),
		LOG_LEVEL: "warn",
		ELASTICSEARCH_URL: `http://${NOWHERE}`,
		// What it makes for itself and keeps is no secret that others know.
		NODE_ENV: "production",
	};
	const { child, written } = start(t, "start.ts", [], settings);
	const client = new RestClient(`http://127.0.0.1:${port}`);
	await until("the shop is ready", () => ready(child, client), 60);
	const found = await until("the plain list answers", async () => {
		const { body } = await client.request<{ data: object[]; degraded: boolean }>("GET", "/v1/search?q=mug");
		return body.data?.length > 0 && body;
	});
	t.true(found.degraded);

	const second = await ending(t, "start.ts", [], { ...settings, PORT: "0" });
	t.is(second.code, 1);
	t.is(second.errors, `Another shop runs on DATA_DIR ${folder}: stop it, or set DATA_DIR to another folder\n`);
	await until("the log says so", async () => /the search index is not filled/.test(written.output), 40);
	t.is((await client.request("GET", "/v1/products?limit=1")).status, 200);
	t.is(written.errors, "");
});

async function ready(child: ChildProcess, client: RestClient): Promise<boolean> {
	if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
	return client.request("GET", "/health/ready").then(
		({ status }) => status === 200,
		() => false,
	);
}
