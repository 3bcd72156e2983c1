import { parseArgs } from "node:util";
import { startByName } from "../embedded/stand-ins.ts";
import { NAMES, type Name } from "../embedded/start.ts";
import { untilSignal } from "./signals.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		port: { type: "string", default: "0" },
		host: { type: "string", default: "127.0.0.1" },
		data: { type: "string" },
	},
});
const name = positionals[0];

try {
	if (!name || !(NAMES as readonly string[]).includes(name)) {
		throw new Error(
			`Usage: npm run embedded -- NAME [--port N] [--host ADDRESS] [--data DIR]\nNames: ${NAMES.join(", ")}`,
		);
	}
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 0 || port > 65_535)
		throw new Error(`--port is ${values.port} but must be a whole number from 0 to 65535`);
	const running = await startByName(name as Name, { host: values.host, port, dataDir: values.data ?? null });
	console.log(`${name} ${running.url}${values.data ? "" : "   in memory: give --data DIR to keep it"}`);
	untilSignal(() => running.close());
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
