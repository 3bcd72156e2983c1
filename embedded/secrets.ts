import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the stand-ins of a data folder keep over restarts: their keys, and the ports that links in orders and mails name. */
export interface Kept {
	secrets: Record<SecretName, string>;
	ports: Record<string, number>;
}

const SECRETS = {
	STRIPE_SECRET_KEY: () => `sk_test_${token(48)}`,
	STRIPE_WEBHOOK_SECRET: () => `whsec_${token(48)}`,
	PAYPAL_CLIENT_ID: () => `A${token(40)}`,
	PAYPAL_CLIENT_SECRET: () => `E${token(40)}`,
	PAYPAL_WEBHOOK_ID: () => `WH-${token(17).toUpperCase()}`,
	EASYPOST_API_KEY: () => `EZTK${token(54)}`,
	EASYPOST_WEBHOOK_SECRET: () => token(40),
	TWILIO_ACCOUNT_SID: () => `AC${randomBytes(16).toString("hex")}`,
	TWILIO_AUTH_TOKEN: () => randomBytes(16).toString("hex"),
};
export type SecretName = keyof typeof SECRETS;

const token = (length: number): string =>
	randomBytes(length)
		.toString("base64")
		.replace(/[^A-Za-z0-9]/g, "")
		.padEnd(length, "0")
		.slice(0, length);

const fileIn = (dataDir: string): string => join(dataDir, "stand-ins.json");

/** Reads what is kept in the folder, and makes the secrets that are missing. `null` keeps nothing. */
export function openKept(dataDir: string | null): Kept {
	let kept: Partial<Kept> = {};
	if (dataDir !== null) {
		try {
			kept = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		}
	}
	const secrets = Object.fromEntries(
		Object.entries(SECRETS).map(([name, make]) => [name, kept.secrets?.[name as SecretName] ?? make()]),
	) as Kept["secrets"];
	return { secrets, ports: kept.ports ?? {} };
}

/** Writes it down, readable by the owner only. */
export function keep(dataDir: string | null, kept: Kept): void {
	if (dataDir === null) return;
	mkdirSync(dataDir, { recursive: true });
	const file = fileIn(dataDir);
	writeFileSync(`${file}.part`, JSON.stringify(kept, null, "\t"), { mode: 0o600 });
	renameSync(`${file}.part`, file);
}
