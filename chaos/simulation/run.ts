import { buy, stocked, type Told } from "./buyers.ts";
import { violationsOf, watch } from "./check.ts";
import type { Rates } from "./faults.ts";
import { random } from "./random.ts";
import { World } from "./world.ts";

export interface Outcome {
	seed: number;
	violations: string[];
	orders: number;
	crashes: number;
	/** Virtual milliseconds. */
	elapsed: number;
	trace: string[];
}

const MINUTE = 60_000;
const HOLD = 11 * MINUTE;

/** From gentle to wild, so that rare faults meet a world that is otherwise well, and many meet at once. */
function ratesOf(seed: number): Rates {
	const chance = random(seed ^ 0x5eed);
	const some = (most: number) => (chance.chance(0.3) ? 0 : chance.next() ** 2 * most);
	return { store: some(0.06), message: some(0.08), provider: some(0.2), crash: some(0.02), bus: some(0.3) };
}

/** Lets some buyers buy in a world that goes wrong, waits until all is quiet, and says what is not as it must be. */
export async function simulate(seed: number): Promise<Outcome> {
	const world = new World(seed, ratesOf(seed), watch);
	const { clock, faults } = world;
	const chance = Math.random;
	const jitter = random(seed + 1);
	Math.random = jitter.next;
	clock.start();
	try {
		await world.start();
		const shelves = stocked(world);
		const told: Told[] = [];
		const buyers = world.random.between(1, 6);
		for (let n = 0; n < buyers; n++) void buy(world, shelves, n).then((outcome) => told.push(outcome));
		const served = await clock.run(() => told.length === buyers, 30 * MINUTE);
		faults.calm = true;
		const violations: string[] = [];
		if (!served) violations.push(`${buyers - told.length} of ${buyers} buyers were never answered`);
		const resting = ["confirmed", "failed", "cancelled", "awaiting_buyer"];
		const orders = () => world.documents<{ saga: string; nextAttemptAt: string | null }>("order", "orders");
		const quiet = () => world.allRun && world.pending() === 0 && orders().every(({ saga }) => resting.includes(saga));
		await clock.run(quiet, 10 * MINUTE);
		// Holds and unpaid orders end by themselves.
		clock.jump(HOLD);
		await clock.run(() => quiet() && orders().every(({ saga }) => saga !== "awaiting_buyer"), 10 * MINUTE);
		clock.jump(HOLD);
		await clock.run(() => false, MINUTE / 2);
		violations.push(...violationsOf(world, shelves, told));
		const crashes = faults.trace.filter((line) => / ends (before|after) /.test(line)).length;
		return { seed, violations, orders: orders().length, crashes, elapsed: clock.elapsed, trace: faults.trace };
	} finally {
		await world.stop();
		clock.stop();
		Math.random = chance;
	}
}
