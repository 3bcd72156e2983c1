/** Why a call was not even tried. */
export class CircuitOpenError extends Error {
	override name = "CircuitOpenError";
}

/**
 * Spares a provider that fails and those who wait for it: after `failures` in a row nothing is tried for `openFor` ms, then
 * one call at a time until one works.
 * @param counts whether an error is a failure of the provider; otherwise it has answered
 */
export function circuit(
	failures: number,
	openFor: number,
	counts: (error: unknown) => boolean = () => true,
): <R>(work: () => Promise<R>) => Promise<R> {
	let inARow = 0;
	let openUntil = 0;
	let probing = false;
	return async (work) => {
		const probe = inARow >= failures;
		if (probe && (probing || Date.now() < openUntil)) throw new CircuitOpenError("the provider failed again and again");
		if (probe) probing = true;
		try {
			const result = await work();
			inARow = 0;
			return result;
		} catch (error) {
			if (counts(error)) {
				inARow++;
				openUntil = Date.now() + openFor;
			} else inARow = 0;
			throw error;
		} finally {
			if (probe) probing = false;
		}
	};
}
