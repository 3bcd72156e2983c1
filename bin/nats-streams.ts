import { readFileSync } from "node:fs";
import { connect } from "nats";
import { ConfigurationError, readSettings } from "../runtime/config.ts";
import { natsIdentity, natsOptions } from "../runtime/events/nats-url.ts";
import { ensureStreams, namesIn } from "../runtime/events/streams.ts";
import { takesBatches } from "../runtime/events/synced.ts";
import { STREAMS } from "./nats-permissions.ts";

// Makes the shop's streams, or sets them right, where the nodes' own users may not: once before they start.
try {
	const settings = readSettings(process.env, (path) => readFileSync(path, "utf8"));
	if (!settings.NATS_URL) throw new ConfigurationError("NATS_URL must be set to make the streams");
	const connection = await connect(natsOptions(settings.NATS_URL, natsIdentity(settings, STREAMS)));
	const names = namesIn(settings.NAMESPACE);
	const manager = await connection.jetstreamManager({ checkAPI: false });
	await ensureStreams(manager, names, takesBatches(connection.info ?? { version: "0" }));
	await connection.close();
	console.log(`${names.events} and ${names.letters} are as they should be`);
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
