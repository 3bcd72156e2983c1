import { codeOf, fail } from "../../runtime/errors.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import { administratorsLeaving, users } from "./model.ts";
import { ADMINISTRATOR } from "./roles.ts";

/** Administrators who are about to be none: one document for all, at whose revision each decision is made. */
export interface LeavingState {
	id: string;
	rev: number;
	leaving: { userId: string; until: number }[];
}

const ID = "administrators";
/** Milliseconds after which a node that announced a departure must have died before it came to it. */
const PATIENCE = 30_000;

/**
 * Does what takes an administrator away, unless no other would be left: two who demote each other at once on two nodes meet
 * at this document, and the second sees the first.
 * @throws last_administrator, and what the work throws
 */
export async function whileOthersAdminister<T>(userId: string, work: () => Promise<T>): Promise<T> {
	for (let attempt = 0; ; attempt++) {
		const { rev } = await state();
		const others = await users.findMany(
			{ role: ADMINISTRATOR, disabled: false, _id: { $ne: userId } },
			{ limit: 1000 },
		);
		const now = Date.now();
		try {
			await administratorsLeaving.change(
				ID,
				(current) => {
					const leaving = current.leaving.filter(({ until }) => until > now);
					if (!others.some(({ id }) => leaving.every((one) => one.userId !== id))) throw fail("last_administrator");
					return { state: { ...current, leaving: [...leaving, { userId, until: now + PATIENCE }] } };
				},
				rev,
			);
			break;
		} catch (error) {
			if (codeOf(error) !== "precondition_failed") throw error;
			if (attempt >= 20) throw fail("conflict");
		}
	}
	try {
		return await work();
	} finally {
		await administratorsLeaving.change(ID, (current) => ({
			state: { ...current, leaving: current.leaving.filter((one) => one.userId !== userId) },
		}));
	}
}

async function state(): Promise<LeavingState> {
	const found = await administratorsLeaving.find(ID);
	if (found) return found;
	try {
		return await administratorsLeaving.insert({ id: ID, leaving: [] });
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		return state();
	}
}
