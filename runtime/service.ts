import type { ServiceBroker, ServiceSchema } from "moleculer";
import type { Action } from "./action.ts";
import type { Settings } from "./config.ts";
import type { Bus, Consumer } from "./events/consumer.ts";
import type { Relay } from "./events/relay.ts";
import type { Spans } from "./spans.ts";
import type { Store } from "./store/collection.ts";
import { database } from "./store/connection.ts";

/** What a running node lends to its services. */
export interface Host {
	settings: Settings;
	nodeId: string;
	/** The names of the services on this node. */
	services: readonly string[];
	broker: ServiceBroker;
	bus: Bus;
	relay: Relay;
	/** Hears of pieces of work that are traced; null where nobody wants to know. */
	spans: Spans | null;
	/** Whether no other process writes to the stores. */
	sole: boolean;
	/** Has something done before anything of this node stops, while all that it may ask still answers. */
	beforeStop(work: () => Promise<void>): void;
}

/** An actor: what it answers, what it hears, what it keeps. */
export interface ServiceDefinition {
	name: string;
	actions: Action[];
	consumers?: Consumer[];
	collections?: Store[];
	/** After the stores are open, before requests arrive. */
	start?(host: Host): Promise<void> | void;
	/** After the last request was answered. */
	stop?(host: Host): Promise<void> | void;
	/** Further Moleculer schema, e.g. the gateway's mixins. */
	schema?: (host: Host) => object;
}

/** A service as its own file exports it: a table of contents. */
export function service(definition: ServiceDefinition): ServiceDefinition {
	const names = new Set<string>();
	for (const { contract } of definition.actions) {
		if (!contract.name.startsWith(`${definition.name}.`))
			throw new Error(`${contract.name} is not an action of ${definition.name}`);
		if (names.has(contract.name)) throw new Error(`${contract.name} stands twice in ${definition.name}`);
		names.add(contract.name);
	}
	return definition;
}

/** The Moleculer schema of a service on a node. */
export function schemaOf(definition: ServiceDefinition, host: Host): ServiceSchema {
	const collections = definition.collections ?? [];
	const extra = (definition.schema?.(host) ?? {}) as Partial<ServiceSchema>;
	return {
		...extra,
		name: definition.name,
		actions: {
			...extra.actions,
			...Object.fromEntries(definition.actions.map(({ schema }) => [schema.name as string, schema])),
		},
		async started() {
			if (collections.length > 0) {
				const connection = await database(host.settings.NAMESPACE, definition.name);
				for (const collection of collections) {
					await collection.open(connection, host.nodeId, host.relay.wake, host.sole);
					host.relay.watch(collection);
				}
			}
			await definition.start?.(host);
			await host.bus.subscribe(definition.name, definition.consumers ?? [], host.broker);
			await (extra.started as (() => Promise<void>) | undefined)?.call(this);
		},
		async stopped() {
			await (extra.stopped as (() => Promise<void>) | undefined)?.call(this);
			await definition.stop?.(host);
			await Promise.all(collections.map((collection) => collection.idle()));
		},
	} as ServiceSchema;
}
