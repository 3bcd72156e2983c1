import { setting } from "../../runtime/config.ts";

/** Whom passkeys are made for: a domain, and the one address from which they are used. */
export interface RelyingParty {
	id: string;
	origin: string;
}

const HERE = new Set(["127.0.0.1", "0.0.0.0", "::1", "::", "localhost"]);

/** The shop's public address; without one this machine's as browsers take it, which is no number. */
export function relyingParty(): RelyingParty {
	const host = setting("HOST");
	const url = new URL(setting("PUBLIC_URL") || `http://${HERE.has(host) ? "localhost" : host}:${setting("PORT")}`);
	return { id: url.hostname, origin: url.origin };
}
