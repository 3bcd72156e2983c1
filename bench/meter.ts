import { Schema } from "mongoose";
import { Type } from "typebox";
import { action } from "../runtime/action.ts";
import { consumer, type Delivery } from "../runtime/events/consumer.ts";
import { type ServiceDefinition, service } from "../runtime/service.ts";
import { Collection } from "../runtime/store/collection.ts";
import { closed, Id } from "../schemas/common.ts";
import { contract, event } from "../schemas/contract.ts";

interface Meter {
	id: string;
	rev: number;
	count: number;
}

/** Counts one up on a meter, which tells of it. */
export const tick = contract({
	name: "meter.tick",
	summary: "Counts one up",
	kind: "write",
	params: closed({ id: Id }),
	result: closed({ count: Type.Integer() }),
	errors: [],
});

export const ticked = event({
	name: "meter.ticked",
	service: "meter",
	summary: "One more",
	data: closed({ count: Type.Integer() }),
});

const meters = new Collection<Meter>({
	service: "meter",
	name: "meters",
	schema: new Schema({ _id: String }, { strict: false }),
	remember: 1_000,
});

/** Makes meters. @returns their ids */
export async function someMeters(count: number, label: string): Promise<string[]> {
	const ids = Array.from({ length: count }, (_, n) => `mtr_${label}${n}`);
	await Promise.all(ids.map((id) => meters.insert({ id, count: 0 })));
	return ids;
}

/** What a meter shows. */
export const shown = async (id: string): Promise<number> => (await meters.get(id)).count;

/** Events that wait in the outboxes. */
export const waiting = async (): Promise<number> => (await meters.waiting("9999", 100_000)).length;

/** A service that does nothing but change and tell, as every service of the shop does. */
export const meter = (hear: (event: Delivery<{ count: number }>) => void): ServiceDefinition =>
	service({
		name: "meter",
		actions: [
			action(tick, async (ctx) => {
				const { count } = await meters.change(ctx.params.id, (state) => ({
					state: { ...state, count: state.count + 1 },
					facts: [{ name: ticked.name, data: { count: state.count + 1 } }],
				}));
				return { count };
			}),
		],
		consumers: [consumer(ticked, "hears", async (event) => hear(event), { inOrder: false })],
		collections: [meters] as never[],
	});
