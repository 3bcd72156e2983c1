import { parseArgs } from "node:util";
import type { ServiceDefinition } from "../runtime/service.ts";
import { settings } from "../schemas/settings.ts";
import { natsPermissions } from "./nats-permissions.ts";
import { loadServices, SERVICES } from "./services.ts";

/** Where a nats-server finds what its configuration names. */
export interface NatsPlaces {
	namespace: string;
	listen: string;
	monitor: string;
	store: string;
	/** The file of public keys that `npm run nats:keys` writes, from the configuration's folder on. */
	keys: string;
	/** A certificate and its key in PEM; null goes without TLS. */
	tls: { cert: string; key: string } | null;
}

const DEPLOYED: NatsPlaces = {
	namespace: settings.NAMESPACE.default,
	listen: "0.0.0.0:4222",
	monitor: "0.0.0.0:8222",
	store: "/data",
	keys: "keys/public.conf",
	tls: { cert: "/etc/nats/keys/server.pem", key: "/etc/nats/keys/server-key.pem" },
};

/** The name of a user's public key in the file of keys. */
export const keyName = (user: string): string => `${user}_key`;

/** The configuration of a shop's nats-server: durable streams, TLS, and one user for each service. */
export function natsConf(services: readonly ServiceDefinition[], places: Partial<NatsPlaces> = {}): string {
	const { namespace, listen, monitor, store, keys, tls } = { ...DEPLOYED, ...places };
	const users = [...natsPermissions(services, namespace)].map(
		([user, { publish, subscribe }]) => `		# ${user}
		{
			nkey: $${keyName(user)}
			permissions {
				publish: ${list(publish)}
				subscribe: ${list(subscribe)}
			}
		}`,
	);
	const encryption = tls
		? `tls {
	cert_file: ${JSON.stringify(tls.cert)}
	key_file: ${JSON.stringify(tls.key)}
}

`
		: "";
	return `# Written by \`npm run docs\` from the contracts, for the namespace ${namespace}; \`npm run nats:conf -- --namespace NAME\` prints another's.
# NATS for the shop: events outlive any node, an acknowledged event is on the disk, and each service can be only itself.
listen: ${JSON.stringify(listen)}
# For health checks, and for the nodes, which ask at their start whether it syncs. Do not open it to others.
http: ${JSON.stringify(monitor)}
max_payload: 4MB

jetstream {
	store_dir: ${JSON.stringify(store)}
	# The server acknowledges before it has synced otherwise, and syncs every two minutes.
	sync_interval: always
}

${encryption}# The users' public keys, written by \`npm run nats:keys\`.
include ${JSON.stringify(keys)}

# A user publishes in its own service's name: MOL-<namespace>.<packet>.<sender>.<receiver>.<action>, its own events, and to its own
# consumers. What is not named here is refused.
authorization {
	users: [
${users.join("\n")}
	]
}
`;
}

const list = (subjects: string[]): string =>
	`[\n${subjects.map((subject) => `					${JSON.stringify(subject)}\n`).join("")}				]`;

if (import.meta.main) {
	const { values } = parseArgs({ options: { namespace: { type: "string" } } });
	process.stdout.write(natsConf(await loadServices(SERVICES), values));
	process.exit(0);
}
