import { type Authenticator, nkeyAuthenticator } from "nats";
import type { Settings } from "../config.ts";
import { inboxPrefix } from "../nats-subjects.ts";

/** Who a connection is, as settings say it. */
export interface NatsIdentity {
	/** The service whose name it has: its answers come where only that service may listen. */
	service?: string;
	/** Seed of its user's nkey. */
	seed?: string;
	/** Certificates, PEM, that vouch for the server. */
	ca?: string;
}

/** What a node of a service, or an operator, is to NATS. */
export const natsIdentity = (settings: Settings, service: string): NatsIdentity => ({
	service,
	seed: settings.NATS_NKEY_SEED,
	ca: settings.NATS_CA,
});

interface NatsOptions {
	servers: string[];
	user?: string;
	pass?: string;
	tls?: { ca?: string };
	authenticator?: Authenticator;
	inboxPrefix?: string;
}

/**
 * The parts of a NATS URL as options: credentials in it are not percent-decoded by the clients, and Moleculer drops the
 * scheme, so neither is left to them. Several servers stand side by side with commas.
 */
export function natsOptions(url: string, { service, seed, ca }: NatsIdentity = {}): NatsOptions {
	const urls = url.split(",").map((part) => new URL(part.trim()));
	const first = urls[0];
	if (!first) throw new Error("NATS_URL names no server");
	return {
		servers: urls.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
		...(first.username ? { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) } : {}),
		...(first.protocol === "tls:" || ca ? { tls: ca ? { ca } : {} } : {}),
		...(seed ? { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) } : {}),
		...(service ? { inboxPrefix: inboxPrefix(service) } : {}),
	};
}
