import type { ServiceSchema } from "moleculer";
import type { Host, ServiceDefinition } from "./service.ts";

/** The name of the service that every node has for its operators; it is no route, and no other service calls it. */
export const OPERATIONS = "operations";

/** What operators may ask of a node beyond its services' own actions. */
export function operations(host: Host, services: ServiceDefinition[]): ServiceSchema {
	return {
		name: OPERATIONS,
		actions: {
			deadLetters: { visibility: "public", handler: () => host.bus.deadLetters() },
			replay: {
				visibility: "public",
				params: { id: "string" },
				handler: (ctx: { params: { id: string } }) => host.bus.replay(ctx.params.id),
			},
			async outbox() {
				const rows: { store: string; waiting: number; oldest: string | null }[] = [];
				for (const store of services.flatMap(({ collections }) => collections ?? [])) {
					const events = await store.waiting("9999", 1_000);
					rows.push({
						store: `${store.definition.service}.${store.definition.name}`,
						waiting: events.length,
						oldest: events[0]?.at ?? null,
					});
				}
				return rows;
			},
		},
	} as ServiceSchema;
}
