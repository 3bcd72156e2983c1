import type { Stage } from "./stage.ts";

/** What a fault has done when everything is back. */
export interface Done {
	/** How often it happened. */
	times: number;
	/** When what was ended was back, by performance.now(); the time to recover begins here. */
	back: number;
	/** Buyers that still wait for their answers. */
	answered: Promise<unknown> | undefined;
}

export interface Fault {
	name: string;
	/** Whether the short selection has it; a number of times it happens there, and in the whole. */
	short: number;
	whole: number;
	run(stage: Stage, name: string, times: number): Promise<Done>;
}
