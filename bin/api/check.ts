/**
 * Holds the running shop and its OpenAPI document against each other by tools that others wrote: Schemathesis asks every
 * route for what the document allows and forbids, Spectral reads the document by the rules of OpenAPI and OWASP.
 * `npm run test:api [-- --tap] [--tools DIR] [--examples N] [--seed N] [--only NAME]`
 */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serviceOf } from "../../gateway/openapi.ts";
import { contracts } from "../../schemas/index.ts";
import { RestClient } from "../rest.ts";
import { startShop } from "../shop.ts";
import { schemathesis, spectral, type Tool } from "./tools.ts";

const { values } = parseArgs({
	options: {
		/** For continuous integration: each check is a test of TAP. */
		tap: { type: "boolean", default: false },
		/** Where the tools are, or are put. */
		tools: { type: "string", default: join(homedir(), ".cache", "tradewind", "api-tools") },
		/** Requests of each kind to each route. */
		examples: { type: "string", default: "6" },
		seed: { type: "string", default: "20260101" },
		/** Checks whose name has this in it. */
		only: { type: "string", default: "" },
	},
});

/** Routes that change the very account or session they are asked in: they have a run of their own. */
const ending = contracts.filter(
	({ route }) => route && route.method !== "GET" && /^\/v1\/(me$|auth\/)/.test(route.path),
);
const ENDING = `^(${ending.map(({ name }) => name.replace(".", "\\.")).join("|")})$`;
const ADMIN = { email: "owner@tradewind.test", password: "a long enough secret" };
/** Milliseconds that a run of a tool may take. */
const PATIENCE = 420_000;

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "tradewind-api-"));
let count = 0;
let failures = 0;

/** Tells of a check: kept, broken with what the tool said, or left out with the reason. */
function told(name: string, outcome: { said?: string; skipped?: string }): void {
	count++;
	if (outcome.said !== undefined) failures++;
	const mark = outcome.skipped ? "# skipped:" : outcome.said === undefined ? "ok" : "not ok";
	console.log(`${mark} ${values.tap ? `${count} - ` : ""}${name}${outcome.skipped ? `, as ${outcome.skipped}` : ""}`);
	if (outcome.said) console.log(outcome.said.replace(/^/gm, values.tap ? "# " : "  "));
}

/** Runs a tool. @returns how it ended and all that it said */
function run(
	command: string,
	parameters: string[],
	env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
	return new Promise((resolve) => {
		const child = spawn(command, parameters, { cwd: folder, env: { ...process.env, ...env }, timeout: PATIENCE });
		let said = "";
		for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
		child.on("error", (error) => resolve({ code: 1, said: error.message }));
		child.on("close", (code, signal) =>
			resolve({ code: code ?? 1, said: signal ? `${said}\nended by ${signal}` : said }),
		);
	});
}

const environment = {
	...process.env,
	NODE_ENV: "test",
	PORT: "0",
	DATA_DIR: folder,
	RATE_LIMIT: "off",
	ADMIN_EMAIL: ADMIN.email,
	ADMIN_PASSWORD: ADMIN.password,
	LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
};
const shop = await startShop({ environment, sample: true, inMemory: true });
try {
	await lint(spectral(values.tools));
	const asking = schemathesis(values.tools);
	const stay = ["--exclude-operation-id-regex", ENDING];
	const chance = ["--phases", "fuzzing"];
	await ask("nobody", asking, async () => chance);
	await ask("a customer", asking, async () => [...chance, ...stay, ...(await as("customer"))]);
	await ask("somebody who leaves", asking, async () => [
		"--include-operation-id-regex",
		ENDING,
		...(await as("customer")),
	]);
	// A run for each service: an access token lives five minutes.
	for (const tag of new Set(contracts.filter(({ route }) => route).map(serviceOf)))
		await ask(`an administrator of ${tag}`, asking, async () => [
			"--include-tag",
			tag,
			...stay,
			...(await as("administrator")),
		]);
} finally {
	await shop.stop();
	rmSync(folder, { recursive: true, force: true });
}
console.log(`${values.tap ? `1..${count}\n# ` : ""}${count} checks, ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);

async function lint(tool: Tool): Promise<void> {
	const name = "Spectral finds no error by the rules of OpenAPI and OWASP";
	if (!name.includes(values.only)) return;
	if ("missing" in tool) return told(name, { skipped: tool.missing });
	const { body } = await new RestClient(shop.url).request("GET", "/openapi.json");
	// The rules that are extended are looked for beside the ruleset.
	copyFileSync(join(here, "spectral.yaml"), join(tool.folder, "ruleset.yaml"));
	writeFileSync(join(folder, "openapi.json"), JSON.stringify(body));
	const parameters = ["lint", join(folder, "openapi.json"), "--ruleset", join(tool.folder, "ruleset.yaml")];
	const { code, said } = await run(tool.command, [...parameters, "--format", "text", "--fail-severity", "error"]);
	const errors = said.split("\n").filter((line) => / error /.test(line));
	told(name, code === 0 ? {} : { said: (errors.length > 0 ? errors : said.split("\n")).slice(0, 60).join("\n") });
}

async function ask(who: string, tool: Tool, more: () => Promise<string[]>): Promise<void> {
	const name = `Schemathesis as ${who}: no server error, and every answer as the document says`;
	if (!name.includes(values.only)) return;
	if ("missing" in tool) return told(name, { skipped: tool.missing });
	const { code, said } = await run(
		tool.command,
		[
			...["--config-file", join(here, "schemathesis.toml"), "run", `${shop.url}/openapi.json`],
			...["--checks", "all", "--max-examples", values.examples, "--seed", values.seed, "--workers", "1"],
			...["--generation-database", "none", "--no-color", "--request-timeout", "20", "--continue-on-failure"],
			...["--suppress-health-check", "all", "--no-shrink", ...(await more())],
		],
		{ SCHEMATHESIS_HOOKS: "" },
	);
	const from = Math.max(0, said.search(/=+ (FAILURES|ERRORS) =+/));
	told(name, code === 0 ? {} : { said: said.slice(from) });
}

/** The header of somebody who signed in just now. */
async function as(who: "customer" | "administrator"): Promise<string[]> {
	const client = new RestClient(shop.url);
	const { body } = await (who === "administrator"
		? client.request<{ accessToken: string }>("POST", "/v1/auth/login", { body: ADMIN })
		: client.request<{ accessToken: string }>("POST", "/v1/auth/register", {
				body: { email: `buyer-${count}@tradewind.test`, password: ADMIN.password, name: "Ada Buyer" },
			}));
	return ["--header", `Authorization: Bearer ${body.accessToken}`];
}
