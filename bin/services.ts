import type { ServiceDefinition } from "../runtime/service.ts";

/** Every service of the shop: the boxes of the diagram. */
export const SERVICES = [
	"user",
	"product",
	"cart",
	"order",
	"payment",
	"shipping",
	"search",
	"review",
	"notification",
	"gateway",
] as const;

export type ServiceName = (typeof SERVICES)[number];

/** Loads the code of some services only: a node of one service does not pay for the others. */
export function loadServices(names: readonly ServiceName[]): Promise<ServiceDefinition[]> {
	return Promise.all(
		names.map(async (name) => {
			const file = name === "gateway" ? "../gateway/gateway.service.ts" : `../services/${name}/${name}.service.ts`;
			return ((await import(file)) as { default: ServiceDefinition }).default;
		}),
	);
}
