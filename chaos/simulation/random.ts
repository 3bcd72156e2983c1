/** A row of numbers that follows from its seed alone: mulberry32. */
export interface Random {
	/** From 0 up to 1. */
	next(): number;
	/** True in `probability` of the cases. */
	chance(probability: number): boolean;
	/** A whole number from `low` to `high`. */
	between(low: number, high: number): number;
	pick<T>(list: readonly T[]): T;
}

export function random(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
	const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
	return {
		next,
		between,
		chance: (probability) => next() < probability,
		pick: (list) => list[between(0, list.length - 1)] as (typeof list)[number],
	};
}
