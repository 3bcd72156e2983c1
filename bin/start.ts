import { parseArgs } from "node:util";
import { ConfigurationError } from "../runtime/config.ts";
import { announceAdministrator } from "./administrator.ts";
import { type Shop, startShop } from "./shop.ts";
import { untilSignal } from "./signals.ts";

const { values } = parseArgs({ options: { "no-sample": { type: "boolean" }, help: { type: "boolean" } } });
if (values.help) {
	console.log(
		"npm start [-- --no-sample]\n\nStarts the whole shop in one process. --no-sample: without the sample catalogue.\nSettings come from the environment: see the README.",
	);
	process.exit(0);
}

try {
	const shop = await startShop({ environment: process.env, sample: !values["no-sample"], findNats: true });
	announce(shop);
	untilSignal(() => shop.stop());
} catch (error) {
	console.error(
		error instanceof ConfigurationError
			? `The configuration has a mistake:\n${error.message}`
			: (error as Error).message,
	);
	if (process.env.LOG_LEVEL === "debug") console.error(error);
	process.exit(1);
}

function announce({ url, settings, administrator }: Shop): void {
	const lines = [
		`Shop      ${url}/`,
		`API       ${url}/docs`,
		...(settings.SANDBOX_URL ? [`Sandbox   ${url}/sandbox   mails, messages, parcels, approvals`] : []),
		"Operators npm run repl",
		settings.NATS_URL
			? `NATS      ${new URL(settings.NATS_URL.split(",")[0] as string).host}`
			: "NATS      none: all services in this process",
	];
	console.log(`\n${lines.map((line) => `  ${line}`).join("\n")}\n`);
	announceAdministrator(administrator);
}
