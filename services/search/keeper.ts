import type { ServiceBroker } from "moleculer";
import type { Caller } from "../../runtime/action.ts";
import { ensureFilled } from "./fill.ts";

const RETRY = 500;
const SAID_AFTER = 20;

let wake: (() => void) | null = null;

/**
 * Sees to it that there is a filled index: at the start, and whenever `missed` says that there is none. The catalogue or the
 * index may be away for a while; searches are answered from the plain list until then.
 * @returns what ends it
 */
export function keepFilled(broker: ServiceBroker, warn: (message: string) => void): () => void {
	let timer: NodeJS.Timeout | undefined;
	let working = false;
	let stopped = false;

	const attempt = async (failures: number): Promise<void> => {
		try {
			await broker.waitForServices("product", 60_000, 50);
			if (!stopped) await ensureFilled(broker as unknown as Caller);
			working = false;
		} catch (error) {
			if (stopped) return;
			if (failures === SAID_AFTER) warn(`the search index is not filled: ${(error as Error).message}`);
			timer = setTimeout(() => void attempt(failures + 1), RETRY);
			timer.unref();
		}
	};
	wake = () => {
		if (working || stopped) return;
		working = true;
		void attempt(0);
	};
	wake();
	return () => {
		stopped = true;
		clearTimeout(timer);
	};
}

/** There is no index: it was lost, or it is a fresh one. */
export function missed(): void {
	wake?.();
}
