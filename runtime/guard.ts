const out = new Map<string, { gone: boolean }>();

/**
 * A rule that keeps money, stock or goods right although messages are lost, repeated or late. It answers whether its condition
 * is met; a simulation takes each rule out in turn and must then find something wrong.
 * @param name a sentence, unique in the process
 */
export function guard(name: string): (met: boolean) => boolean {
	if (out.has(name)) throw new Error(`the guard "${name}" stands twice`);
	const state = { gone: false };
	out.set(name, state);
	return (met) => met && !state.gone;
}

/** All that the loaded code has. */
export const guards = (): string[] => [...out.keys()];

/** Takes one out. @returns what puts it back */
export function takeOut(name: string): () => void {
	const state = out.get(name);
	if (!state) throw new Error(`there is no guard "${name}"`);
	state.gone = true;
	return () => {
		state.gone = false;
	};
}
