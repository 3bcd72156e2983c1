/** `npm run keys -- list`, `npm run keys -- rotate [--revoke]`: the keys of a running shop, for scripts. */
import { parseArgs } from "node:util";
import keys from "./commands/keys.ts";
import { join } from "./join.ts";

try {
	const { values, positionals } = parseArgs({ allowPositionals: true, options: { revoke: { type: "boolean" } } });
	const [verb = "list", ...more] = positionals;
	if (more.length > 0 || !["list", "rotate"].includes(verb) || (values.revoke && verb !== "rotate"))
		throw new Error("Usage: npm run keys -- list | rotate [--revoke]");
	const broker = await join();
	try {
		await broker.waitForServices("user", 5_000);
		await keys.action(broker, { verb, options: values } as never);
	} finally {
		await broker.stop();
	}
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 1;
}
