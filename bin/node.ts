import { readFileSync } from "node:fs";
import { ConfigurationError, readSettings } from "../runtime/config.ts";
import { startNode } from "../runtime/node.ts";
import { announceAdministrator, firstAdministrator } from "./administrator.ts";
import { loadServices, SERVICES, type ServiceName } from "./services.ts";
import { untilSignal } from "./signals.ts";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !SERVICES.includes(name as ServiceName));

/** What one node needs besides its own services' settings. */
const NEEDED = ["NATS_URL", "MONGODB_URL", "TOKEN_SECRET"] as const;

try {
	if (names.length === 0 || unknown.length > 0) {
		const which = unknown.length > 0 ? `There is no service ${unknown.join(", ")}. ` : "";
		throw new Error(`${which}Usage: node bin/node.ts SERVICE...\nServices: ${SERVICES.join(", ")}`);
	}
	const settings = readSettings(process.env, (path) => readFileSync(path, "utf8"), true);
	const missing = NEEDED.filter((name) => !settings[name]);
	if (missing.length > 0)
		throw new ConfigurationError(missing.map((name) => `${name} must be set for a node of its own`).join("\n"));
	const node = await startNode(await loadServices(names as ServiceName[]), settings);
	// Whoever reads that it runs may sign in.
	const administrator = names.includes("user") ? await firstAdministrator(node) : null;
	console.log(`${node.nodeId} runs ${names.join(", ")}`);
	if (administrator) announceAdministrator(administrator);
	untilSignal(() => node.stop());
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
