import { every, type Periodic } from "../../runtime/periodic.ts";
import { variants } from "./model.ts";
import { expire } from "./stock.ts";

const PAUSE = 2_000;

/**
 * Gives back holds whose time is over, every two seconds. Any number of nodes may sweep: each release is conditional on
 * the variant's revision, so it happens once.
 */
export const startSweeper = (log: (message: string) => void, pause = PAUSE): Periodic =>
	every(
		pause,
		() => sweep(new Date().toISOString()),
		(error) => log(`expired holds could not be released: ${error.message}`),
	);

/** Releases every hold that ended before `now`, RFC 3339. */
export async function sweep(now: string): Promise<void> {
	const found = await variants.documents
		.find({ "holds.expiresAt": { $lt: now } }, { projection: { _id: 1 }, limit: 1_000 })
		.toArray();
	await Promise.all(found.map(({ _id }) => variants.change(_id, (variant) => expire(variant, now))));
}
