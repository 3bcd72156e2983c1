import type { Context, ServiceSchema } from "moleculer";
import { fail } from "./errors.ts";
import type { DeadLetter, LetterPage, LetterQuery } from "./events/letter.ts";
import type { Host, ServiceDefinition } from "./service.ts";

/** The name of the service that every node has for its operators; it is no route. */
export const OPERATIONS = "operations";

/** Milliseconds that a replay may take: as long as its consumer does. */
const REPLAY_TIMEOUT = 30_000;

/** What operators may ask of a node beyond its services' own actions; the answer is the same on every node. */
export function operations(host: Host, services: ServiceDefinition[]): ServiceSchema {
	const { bus } = host;

	async function letter(id: string): Promise<DeadLetter> {
		const found = await bus.deadLetter(id);
		if (!found) throw fail("not_found");
		return found;
	}

	/**
	 * Replays here, or on a node that runs the letter's service. `keep` leaves the letter to who asks: a service's own user may not
	 * empty a stream. @throws not_found, unavailable, replay_failed
	 */
	async function replay(ctx: Context<{ id: string; keep?: boolean }>): Promise<DeadLetter> {
		const { id, keep = false } = ctx.params;
		const found = await letter(id);
		if (bus.handles(found)) {
			await bus.replay(id, keep).catch((error) => {
				throw fail("replay_failed", {}, `It failed again: ${error.message}`);
			});
			return found;
		}
		const node = ctx.broker.registry
			.getServiceList({ onlyAvailable: true })
			.find(({ name, nodeID }) => name === found.service && nodeID !== host.nodeId);
		if (!node)
			throw fail("unavailable", {}, `No node runs ${found.service}.${found.consumer} now: start one and replay again`);
		const there = { nodeID: node.nodeID as string, timeout: REPLAY_TIMEOUT };
		await ctx.call(`${OPERATIONS}.replay`, { id, keep: true }, there);
		await bus.drop(id);
		return found;
	}

	return {
		name: OPERATIONS,
		actions: {
			deadLetters: {
				visibility: "public",
				handler: (ctx: Context<LetterQuery>): Promise<LetterPage> => bus.deadLetters(ctx.params),
			},
			deadLetter: { visibility: "public", handler: (ctx: Context<{ id: string }>) => letter(ctx.params.id) },
			replay: { visibility: "public", timeout: REPLAY_TIMEOUT, handler: replay },
			drop: { visibility: "public", handler: (ctx: Context<{ id: string }>) => bus.drop(ctx.params.id) },
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
