import { fail } from "../../../runtime/errors.ts";
import { Refused } from "./provider.ts";

/** Milliseconds that a provider has to answer, with all repeats. */
export const BUDGET = 8_000;
/** So many failures in a row open the breaker, for so many milliseconds. */
const FAILURES = 5;
const OPEN = 2_000;

export interface Breaker {
	/** @throws unavailable while open */
	requireClosed(): void;
	/** @param counts whether a failure is one of the five; what nobody waits for must not close the shop to buyers */
	run<T>(question: () => Promise<T>, counts?: boolean): Promise<T>;
}

/**
 * Spares a provider that is down, and its callers the wait: after five failures in a row nothing is asked for two seconds,
 * then one question tells whether it is back.
 */
export function breaker(name: string): Breaker {
	let failures = 0;
	let openUntil = 0;

	function requireClosed(): void {
		if (failures < FAILURES) return;
		if (Date.now() < openUntil) throw fail("unavailable", {}, `${name} does not answer; asked again soon`);
		openUntil = Date.now() + OPEN;
	}

	return {
		requireClosed() {
			if (failures >= FAILURES && Date.now() < openUntil)
				throw fail("unavailable", {}, `${name} does not answer; asked again soon`);
		},
		async run(question, counts = true) {
			requireClosed();
			try {
				const answer = await within(BUDGET, question());
				failures = 0;
				return answer;
			} catch (error) {
				if (error instanceof Refused) {
					failures = 0;
					throw error;
				}
				if (counts && ++failures >= FAILURES) openUntil = Date.now() + OPEN;
				throw fail("provider_failed", {}, `${name} gave no usable answer: ${(error as Error).message}`);
			}
		},
	};
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`none within ${milliseconds} ms`)), milliseconds);
		work.then(resolve, reject).finally(() => clearTimeout(timer));
	});
}
