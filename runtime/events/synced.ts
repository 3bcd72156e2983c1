import type { NatsConnection, ServerInfo } from "nats";
import { ConfigurationError } from "../config.ts";
import { log } from "../log.ts";

/** nats-server's own default; where it listens elsewhere NATS_MONITOR_URL says so. */
const USUAL_PORT = 8222;
const PATIENCE = 1_000;

interface Jetstream {
	server_id?: string;
	disabled?: boolean;
	config?: { sync_always?: boolean };
}

/**
 * Holds a NATS server against what the shop promises of it: JetStream, and every acknowledged message synced to the disk.
 * A client is not told of the latter; the server's monitoring port is asked, and where there is none a line is logged.
 * @param monitorUrl where `/jsz` is answered, several with commas; without it the usual port of the connected server
 * @throws ConfigurationError with a sentence that says what to set
 */
export async function requireDurability(
	connection: NatsConnection,
	monitorUrl: string,
	allowUnsynced: boolean,
): Promise<void> {
	const info = connection.info as ServerInfo;
	if (!info.jetstream)
		throw new ConfigurationError(
			"NATS_URL names a server without JetStream: give it a block jetstream { store_dir, sync_interval: always }, as in deploy/nats.conf",
		);
	if (allowUnsynced) return;
	const urls = monitorUrl
		? monitorUrl.split(",").map((url) => url.trim())
		: [`http://${connection.getServer().replace(/:\d+$/, "")}:${USUAL_PORT}`];
	for (const url of urls) {
		const found = await monitored(url);
		if (found && (monitorUrl || found.server_id === info.server_id)) refuseUnsynced(found);
		else if (monitorUrl) throw new ConfigurationError(`NATS_MONITOR_URL names ${url}, which does not answer /jsz`);
		else
			log().warn(
				"Whether NATS syncs what it acknowledges cannot be known: set NATS_MONITOR_URL to its monitoring port, or ALLOW_UNSYNCED=1 to go without",
			);
	}
}

function refuseUnsynced({ config, disabled }: Jetstream): void {
	if (disabled || !config)
		throw new ConfigurationError(
			"A server of NATS_MONITOR_URL has no JetStream: give it a block jetstream { store_dir }",
		);
	if (!config.sync_always)
		throw new ConfigurationError(
			"NATS acknowledges events before they are on the disk, and a power loss would lose them: set sync_interval: always in its block jetstream, or ALLOW_UNSYNCED=1 to choose so",
		);
}

async function monitored(url: string): Promise<Jetstream | null> {
	try {
		const response = await fetch(new URL("/jsz", url), { signal: AbortSignal.timeout(PATIENCE) });
		return response.ok ? ((await response.json()) as Jetstream) : null;
	} catch {
		return null;
	}
}

/** Whether a server takes atomic batches: nats-server 2.12 and later. */
export function takesBatches({ version }: Pick<ServerInfo, "version">): boolean {
	const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
	return major > 2 || (major === 2 && minor >= 12);
}
