import { randomBytes } from "node:crypto";
import { ServiceBroker } from "moleculer";
import { brokerOptions, transporterOf } from "../broker.config.ts";
import { ConfigurationError, configure, type Settings } from "./config.ts";
import type { Bus, Patience } from "./events/consumer.ts";
import { jetStreamBus } from "./events/jetstream.ts";
import { localBus } from "./events/local.ts";
import { natsIdentity } from "./events/nats-url.ts";
import { relay } from "./events/relay.ts";
import { storedLetters } from "./events/stored-letters.ts";
import { log } from "./log.ts";
import { mayRun, NODE_ID, serviceOf, WHOLE } from "./nats-subjects.ts";
import { operations } from "./operations.ts";
import { type Host, type ServiceDefinition, schemaOf } from "./service.ts";
import { spansOf } from "./spans.ts";
import { connectStores, disconnectStores } from "./store/connection.ts";

export interface RunningNode extends Host {
	/** Finishes what is under way, then leaves. */
	stop(): Promise<void>;
}

export interface NodeOptions {
	/** How deliveries are tried again. */
	patience?: Patience | undefined;
	/** Whether its stores end with this process, so that nobody else can write to them. */
	sole?: boolean;
}

/**
 * Starts one node with the given services, on NATS where NATS_URL is set, otherwise alone.
 * @throws when a backend does not answer; the message names its setting
 */
export async function startNode(
	services: ServiceDefinition[],
	settings: Settings,
	{ patience, sole = false }: NodeOptions = {},
): Promise<RunningNode> {
	configure(settings);
	const logger = log(settings.LOG_LEVEL);
	const nodeId = process.env.NODE_ID || `${nameOf(services)}.${randomBytes(2).toString("hex")}`;
	for (const { name } of services)
		if (!NODE_ID.test(nodeId) || !mayRun(nodeId, name))
			throw new ConfigurationError(`NODE_ID is ${nodeId} but must be like ${nameOf(services)}.1`);
	const transporter = await transporterOf(settings, "shop", serviceOf(nodeId));
	await reach("MONGODB_URL", () => connectStores(settings.MONGODB_URL));
	const bus: Bus = settings.NATS_URL
		? await reach("NATS_URL", () =>
				jetStreamBus(settings.NATS_URL, settings.NAMESPACE, {
					patience,
					monitorUrl: settings.NATS_MONITOR_URL,
					allowUnsynced: settings.ALLOW_UNSYNCED === "1",
					identity: natsIdentity(settings, serviceOf(nodeId)),
				}),
			)
		: localBus(storedLetters(settings.NAMESPACE), patience);
	const spans = spansOf(settings);
	const broker = new ServiceBroker(brokerOptions(settings, nodeId, transporter, spans));
	const events = relay(bus, { warn: (message) => logger.warn(message) });
	const names = services.map(({ name }) => name);
	const beforeStop: (() => Promise<void>)[] = [];
	const host: Host = {
		settings,
		nodeId,
		services: names,
		broker,
		bus,
		relay: events,
		spans,
		sole,
		beforeStop: (work) => void beforeStop.push(work),
	};
	for (const definition of services) broker.createService(schemaOf(definition, host));
	broker.createService(operations(host, services));
	try {
		await broker.start();
	} catch (error) {
		events.stop();
		await bus.close().catch(() => {});
		await broker.stop().catch(() => {});
		await disconnectStores();
		throw error;
	}
	return {
		...host,
		async stop() {
			await Promise.all(beforeStop.splice(0).map((work) => work()));
			await events.drain(1_000);
			events.stop();
			await broker.stop();
			await bus.close();
			await spans?.stop();
			await disconnectStores();
		},
	};
}

/** What a node's id begins with: the names of its services, as long as they are few. */
const nameOf = (services: ServiceDefinition[]): string =>
	services.length > 3 ? WHOLE : services.map(({ name }) => name).join("-");

async function reach<T>(setting: string, connect: () => Promise<T>): Promise<T> {
	try {
		return await connect();
	} catch (error) {
		if (error instanceof ConfigurationError) throw error;
		throw new Error(`${setting} names a server that does not answer: ${(error as Error).message}`, { cause: error });
	}
}
