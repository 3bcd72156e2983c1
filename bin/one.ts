import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startShop } from "./shop.ts";

// The demo on a shop of one process, on nothing but what stands in for the backends that are not set.
const folder = mkdtempSync(join(tmpdir(), "tradewind-one-"));
const administrator = { ADMIN_EMAIL: "one@tradewind.test", ADMIN_PASSWORD: randomBytes(12).toString("hex") };
const environment = {
	...process.env,
	...administrator,
	PORT: "0",
	DATA_DIR: folder,
	RATE_LIMIT: "off",
	LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
};
const shop = await startShop({ environment });
const child = spawn(
	process.execPath,
	[join(import.meta.dirname, "demo.ts"), "--url", shop.url, ...process.argv.slice(2)],
	{
		env: environment,
		stdio: "inherit",
	},
);
const code = await new Promise<number>((resolve) => child.once("exit", (status) => resolve(status ?? 1)));
await shop.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(code);
