import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { connect, type NatsConnection } from "nats";
import { run } from "../bin/nats.ts";
import { natsConf } from "../bin/nats-conf.ts";
import { makeCertificate, makeKeys } from "../bin/nats-keys.ts";
import { type NodeProcess, startService, stopNodes, untilReady } from "../bin/nodes.ts";
import { freePort } from "../bin/ports.ts";
import { RestClient } from "../bin/rest.ts";
import { loadServices, SERVICES } from "../bin/services.ts";
import { WANTED_EVENTS } from "../bin/webhooks.ts";
import { startStandIns } from "../embedded/start.ts";
import { readSettings, type Settings } from "../runtime/config.ts";
import { natsOptions } from "../runtime/events/nats-url.ts";
import type { Ending } from "../runtime/testing.ts";
import { ADMIN } from "./shop.ts";

/** A nats-server with the configuration of deploy/nats.conf, its keys and its certificate. */
export interface GuardedNats {
	namespace: string;
	url: string;
	/** The settings of a user's node. */
	environment(user: string): Record<string, string>;
	/** A connection with a user's key, as a program of somebody who has stolen it. */
	as(user: string): Promise<NatsConnection>;
	ca: string;
}

/** @param ends gets what takes it down */
export async function guardedNats(program: string, ends: Ending): Promise<GuardedNats> {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-nats-"));
	ends.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const [port, monitor] = [await freePort("127.0.0.1"), await freePort("127.0.0.1")];
	makeKeys(folder);
	if (!makeCertificate(folder, ["localhost"])) throw new Error("openssl makes no certificate");
	const config = join(folder, "nats.conf");
	const places = {
		namespace,
		listen: `127.0.0.1:${port}`,
		monitor: `127.0.0.1:${monitor}`,
		store: join(folder, "store"),
		keys: "public.conf",
		tls: { cert: join(folder, "server.pem"), key: join(folder, "server-key.pem") },
	};
	writeFileSync(config, natsConf(await loadServices(SERVICES), places));
	const server = await run(program, config, port);
	ends.teardown(() => server.stop());
	const url = `tls://localhost:${port}`;
	const ca = readFileSync(join(folder, "server.pem"), "utf8");
	const seedFile = (user: string) => join(folder, `${user}.seed`);
	return {
		namespace,
		url,
		ca,
		environment: (user) => ({
			NATS_URL: url,
			// Whether it syncs is a test of its own; ten processes that start together are too slow to be told in time.
			ALLOW_UNSYNCED: "1",
			NATS_CA_FILE: join(folder, "server.pem"),
			NATS_NKEY_SEED_FILE: seedFile(user),
			NAMESPACE: namespace,
		}),
		async as(user) {
			const seed = readFileSync(seedFile(user), "utf8");
			const connection = await connect(natsOptions(url, { service: user, seed, ca }));
			ends.teardown(() => connection.close());
			return connection;
		},
	};
}

/** A shop of one process a service, each with its own user on NATS. */
export interface GuardedShop extends GuardedNats {
	client: RestClient;
	admin(): Promise<string>;
	/** What a service's node has printed. */
	printed(service: string): string;
	/** The settings of an operator. */
	operator: Settings;
}

export async function guardedShop(nats: GuardedNats, ends: Ending): Promise<GuardedShop> {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	ends.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const standIns = await startStandIns({ settings: {}, host: "127.0.0.1", dataDir: null });
	ends.teardown(() => standIns.close());
	const port = await freePort("127.0.0.1");
	const url = `http://127.0.0.1:${port}`;
	const common = {
		PATH: process.env.PATH ?? "",
		...standIns.settings,
		PORT: String(port),
		DATA_DIR: folder,
		TOKEN_SECRET: randomBytes(32).toString("hex"),
		ADMIN_EMAIL: ADMIN.email,
		ADMIN_PASSWORD: ADMIN.password,
		RATE_LIMIT: "off",
		LOG_LEVEL: "warn",
	};
	const nodes = new Map<string, NodeProcess>();
	const prints = new Map<string, string>();
	ends.teardown(() => stopNodes([...nodes.values()]));
	const start = (service: string) => {
		const log = new PassThrough();
		log.on("data", (chunk: Buffer) => prints.set(service, (prints.get(service) ?? "") + chunk));
		const node = startService(service, { ...common, ...nats.environment(service), NODE_ID: `${service}.1` }, log);
		nodes.set(service, node);
		return node.running.catch((error: Error) => {
			throw new Error(`${error.message}: ${prints.get(service)}`);
		});
	};
	// A few at a time: all at once keep a small machine so busy that they give each other up.
	const waiting = [...SERVICES];
	const take = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) await start(next);
	};
	await Promise.all([take(), take()]);
	await untilReady(url);
	await standIns.registerWebhooks(url, WANTED_EVENTS);
	const client = new RestClient(url);
	return {
		...nats,
		client,
		async admin() {
			const { body } = await client.request<{ accessToken: string }>("POST", "/v1/auth/login", { body: ADMIN });
			return body.accessToken;
		},
		printed: (service) => prints.get(service) ?? "",
		operator: readSettings({ ...common, ...nats.environment("operator"), LOG_LEVEL: "silent" }, (path) =>
			readFileSync(path, "utf8"),
		),
	};
}
