import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type StandIns, startStandIns } from "../embedded/start.ts";
import type { Caller } from "../runtime/action.ts";
import { readSettings, type Settings } from "../runtime/config.ts";
import type { Patience } from "../runtime/events/consumer.ts";
import { type RunningNode, startNode } from "../runtime/node.ts";
import { type Administrator, firstAdministrator } from "./administrator.ts";
import { type NatsServer, startNats } from "./nats.ts";
import { portOf } from "./ports.ts";
import { loadSample } from "./sample.ts";
import { loadServices, SERVICES } from "./services.ts";
import { WANTED_EVENTS } from "./webhooks.ts";

export interface Shop {
	url: string;
	settings: Settings;
	node: RunningNode;
	standIns: StandIns;
	/** The first administrator; the password only when it was made just now. */
	administrator: Administrator;
	stop(): Promise<void>;
}

export interface ShopOptions {
	environment: NodeJS.ProcessEnv;
	/** Loads the sample catalogue into a shop without products. */
	sample?: boolean;
	/** Uses a nats-server that is on the PATH when NATS_URL is not set. */
	findNats?: boolean;
	patience?: Patience;
	/** Keeps nothing on disk but what the import spools. */
	inMemory?: boolean;
}

/**
 * Starts the whole shop in one process: what stands in for backends that are not set, then all services, then the first
 * administrator and the sample catalogue.
 * @throws ConfigurationError, or an Error that says what to change
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
	const given = readSettings(options.environment, (path) => readFileSync(path, "utf8"));
	makeFolder(given.DATA_DIR);
	// Told before anything is started: the gateway would find out last.
	const port = String(await portOf(given.HOST, Number(given.PORT)));
	const secret = given.TOKEN_SECRET || keptSecret(given.DATA_DIR);
	const standIns = await startStandIns({
		settings: given,
		host: given.HOST === "0.0.0.0" ? "127.0.0.1" : given.HOST,
		dataDir: options.inMemory ? null : given.DATA_DIR,
		...(given.PUBLIC_URL ? { publicUrl: given.PUBLIC_URL } : {}),
	}).catch((error: Error) => {
		if (!/in use by another process/.test(error.message)) throw error;
		throw new Error(`Another shop runs on DATA_DIR ${given.DATA_DIR}: stop it, or set DATA_DIR to another folder`);
	});
	let nats: NatsServer | null = null;
	let node: RunningNode | undefined;
	const stop = async () => {
		await node?.stop();
		await standIns.close();
		await nats?.stop();
	};
	try {
		// Only now: who has the folder's stores has its nats-server too.
		if (!given.NATS_URL && options.findNats) nats = await startNats(given.DATA_DIR);
		const settings: Settings = Object.freeze({
			...given,
			...standIns.settings,
			...(nats ? { NATS_URL: nats.url, NATS_MONITOR_URL: nats.monitorUrl } : {}),
			PORT: port,
			TOKEN_SECRET: secret,
		});
		const sole = !settings.NATS_URL && !given.MONGODB_URL;
		node = await startNode(await loadServices(SERVICES), settings, { patience: options.patience, sole });
		const url = `http://${settings.HOST}:${port}`;
		await standIns.registerWebhooks(url, WANTED_EVENTS);
		const administrator = await firstAdministrator(node);
		if (options.sample) await loadSample(node.broker as unknown as Caller);
		return { url, settings, node, standIns, administrator, stop };
	} catch (error) {
		await stop().catch(() => {});
		throw error;
	}
}

/** The seed of the shop's keys: made at the first start, readable by its owner only. */
function keptSecret(dataDir: string): string {
	const file = join(dataDir, "token-secret");
	if (existsSync(file)) return readFileSync(file, "utf8").trim();
	const secret = randomBytes(32).toString("base64url");
	writeFileSync(file, secret, { mode: 0o600 });
	return secret;
}

function makeFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch (error) {
		throw new Error(`DATA_DIR ${folder} cannot be made: ${(error as Error).message}`, { cause: error });
	}
}
