import { setting } from "./config.ts";

/** Addresses that mean every one of a machine, and that nobody can go to. */
const EVERY = new Set(["0.0.0.0", "::"]);

/** Where others reach this: PUBLIC_URL, or where it listens. @param path with its leading slash */
export function publicUrl(path: string): string {
	const host = EVERY.has(setting("HOST")) ? "127.0.0.1" : setting("HOST");
	const here = `http://${host.includes(":") ? `[${host}]` : host}:${setting("PORT")}`;
	return (setting("PUBLIC_URL") || here).replace(/\/$/, "") + path;
}
