import { untilReady } from "../../bin/nodes.ts";
import type { ServiceName } from "../../bin/services.ts";
import { pause } from "../buyers/client.ts";
import type { Fault } from "../fault.ts";
import { carts, type Stage } from "../stage.ts";

/** Buyers who order one thing after the other all the while. */
export const CROWD = 6;
/** Milliseconds that buyers have between two faults, at least and at most. */
type Between = readonly [number, number];
const BETWEEN: Between = [700, 1_700];

/** Milliseconds after which some orders of a crowd are under way. */
const AMID = 150;

const someTime = ([least, most]: Between) => pause(least + Math.random() * (most - least));

/** Repeats a fault under load; each time ends when what was ended is back. */
export function underLoad(
	name: string,
	short: number,
	whole: number,
	once: (stage: Stage) => Promise<void>,
	between = BETWEEN,
): Fault {
	return {
		name,
		short,
		whole,
		async run(stage, fault, times) {
			let back = 0;
			const over = (async () => {
				for (let n = 0; n < times; n++) {
					await someTime(between);
					await once(stage);
					back = performance.now();
				}
			})();
			const answered = stage.buyers.crowd(fault, CROWD, over);
			await over;
			return { times, back, answered };
		},
	};
}

const VICTIMS: ServiceName[] = ["order", "product", "payment", "shipping", "cart", "notification", "gateway"];

async function killOne({ cluster }: Stage, name: ServiceName): Promise<void> {
	await cluster.kill(name);
	await cluster.startService(name);
}

/** Who orders and walks away, when nobody is left who would ask again: the order's lease has to run out. */
const abandoned: Fault = {
	name: "order and gateway are killed, and their buyers walk away",
	short: 1,
	whole: 3,
	async run(stage, name, times) {
		let back = 0;
		for (let n = 0; n < times; n++) {
			for (const purchase of await carts(stage, name, CROWD)) stage.buyers.leave(purchase);
			await pause(AMID);
			await Promise.all((["order", "gateway"] as const).map((service) => killOne(stage, service)));
			back = performance.now();
			await untilReady(stage.cluster.url);
		}
		return { times, back, answered: undefined };
	},
};

/** SIGKILL whenever it happens to be. */
export const kills: Fault[] = [
	underLoad("order is killed at random", 2, 15, (stage) => killOne(stage, "order")),
	underLoad("any service is killed at random", 3, 20, (stage) =>
		killOne(stage, VICTIMS[Math.floor(Math.random() * VICTIMS.length)]!),
	),
	abandoned,
	underLoad("order, product and payment are killed together", 1, 3, async (stage) => {
		await Promise.all((["order", "product", "payment"] as const).map((name) => killOne(stage, name)));
	}),
];
