import type { mongo } from "mongoose";
import { log } from "../log.ts";
import { every, type Periodic } from "../periodic.ts";

/** Milliseconds that a check of a server may take, as the driver is told. */
export const CHECK_WITHIN = 3_000;
/** After these a check will never end. */
const STUCK = CHECK_WITHIN + 2_000;

/** What the driver has of a server; its types do not show it. */
interface Monitored {
	topology?: { s?: { servers?: Map<string, { monitor?: { close(): void; connect(): void } }> } };
}

/**
 * Sees that the driver goes on checking its servers, for as long as the client is open. In mongodb 7.8 and 7.9 a check can
 * wait for ever on a connection that broke at the wrong moment: the server then stays unknown, and nothing reaches it until
 * the process is started again. Seen once in a hundred and thirty kills of a database under load.
 */
export function watchMonitors(client: mongo.MongoClient): Periodic {
	const began = new Map<string, number>();
	client.on("serverHeartbeatStarted", ({ connectionId }) => began.set(connectionId, performance.now()));
	client.on("serverHeartbeatSucceeded", ({ connectionId }) => began.delete(connectionId));
	client.on("serverHeartbeatFailed", ({ connectionId }) => began.delete(connectionId));
	return every(
		1_000,
		async () => {
			for (const [address, since] of began) {
				if (performance.now() - since < STUCK) continue;
				began.delete(address);
				const monitor = (client as unknown as Monitored).topology?.s?.servers?.get(address)?.monitor;
				if (!monitor) continue;
				log().warn(`the driver's check of ${address} hangs and is begun again`);
				monitor.close();
				monitor.connect();
			}
		},
		(error) => log().warn(`the driver's checks could not be seen to: ${error.message}`),
	);
}
