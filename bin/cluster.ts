import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startStandIns } from "../embedded/start.ts";
import { isAlive, type NodeProcess, startService, stopNodes, untilReady } from "./nodes.ts";
import { freePort } from "./ports.ts";
import { SERVICES } from "./services.ts";
import { WANTED_EVENTS } from "./webhooks.ts";

const { values } = parseArgs({
	options: {
		/** Services that run on two nodes each. */
		twice: { type: "string", default: "" },
		/** Ends one node of each of these with SIGKILL while the demo runs. */
		kill: { type: "string", default: "" },
		file: { type: "string" },
	},
});
const listed = (text: string) => text.split(",").filter(Boolean);
const NEEDED = ["NATS_URL", "MONGODB_URL", "ELASTICSEARCH_URL"];
const bin = import.meta.dirname;

const missing = NEEDED.filter((name) => !process.env[name]);
if (missing.length > 0) {
	console.error(
		`${missing.join(", ")} must be set: every service runs in a process of its own, on servers that all of them reach`,
	);
	process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "tradewind-cluster-"));
const port = await freePort("127.0.0.1");
const url = `http://127.0.0.1:${port}`;
const providers = await startStandIns({ settings: process.env, host: "127.0.0.1", dataDir: join(folder, "providers") });
const administrator = { email: "cluster@tradewind.test", password: randomBytes(12).toString("hex") };
const environment = {
	...process.env,
	...providers.settings,
	PORT: String(port),
	DATA_DIR: folder,
	NAMESPACE: `cluster${randomBytes(3).toString("hex")}`,
	TOKEN_SECRET: randomBytes(32).toString("hex"),
	ADMIN_EMAIL: administrator.email,
	ADMIN_PASSWORD: administrator.password,
	RATE_LIMIT: "off",
	LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
};

const nodes: (NodeProcess & { id: string })[] = [];
function startOne(name: string): void {
	const id = `${name}.${nodes.filter((node) => node.name === name).length + 1}`;
	nodes.push({ ...startService(name, { ...environment, NODE_ID: id }), id });
}

async function demo(): Promise<number> {
	const args = [join(bin, "demo.ts"), "--url", url, ...(values.file ? ["--file", values.file] : [])];
	const child = spawn(process.execPath, args, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
	const victims = listed(values.kill);
	child.stdout.on("data", (chunk: Buffer) => {
		process.stdout.write(chunk);
		// The order is being bought when the rate is chosen: the next moments are the ones that matter.
		const moment = /address, rates, rate|order with pm_card_visa/.test(chunk.toString());
		const victim = moment ? victims.shift() : undefined;
		const node = nodes.find((one) => one.name === victim && isAlive(one));
		if (node) {
			node.process.kill("SIGKILL");
			console.log(`--  ${node.id} was killed (SIGKILL)`);
		}
	});
	return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

let code = 1;
try {
	for (const name of SERVICES) startOne(name);
	for (const name of listed(values.twice)) startOne(name);
	await untilReady(url);
	await providers.registerWebhooks(url, WANTED_EVENTS);
	console.log(`${nodes.length} processes: ${nodes.map(({ id }) => id).join(" ")}`);
	code = await demo();
} catch (error) {
	console.error((error as Error).message);
} finally {
	await stopNodes(nodes);
	await providers.close();
	rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
