import { type Caller, call } from "../../runtime/action.ts";
import { log } from "../../runtime/log.ts";
import { every, type Periodic } from "../../runtime/periodic.ts";
import { erasePerson, HOLDERS } from "../../schemas/person.ts";
import { type Answers, afterRound, ROUND } from "./erasure.ts";
import { erasures } from "./model.ts";

const LOOK_EVERY = 2_000;

/** One round: every service is asked to forget the person, and those that do not answer are asked again later. */
export async function eraseRound(from: Caller, userId: string): Promise<void> {
	const erasure = await erasures.find(userId);
	if (!erasure || erasure.doneAt) return;
	const { addressHash, verified } = erasure;
	const answers: Answers = Object.fromEntries(
		await Promise.all(
			HOLDERS.map(async (service) => [
				service,
				await call(from, erasePerson[service], { userId, addressHash, verified }).catch((error: Error) => {
					log().warn(`${service} has yet to erase ${userId}: ${error.message}`);
					return null;
				}),
			]),
		),
	);
	await erasures.change(userId, (state) => ({ state: afterRound(state, answers, new Date()) }));
}

/** Goes on with erasures that a dead node or a service that was down has left. */
export function erasing(from: Caller): Periodic {
	const complain = (error: Error) => log().warn(`erasures wait: ${error.message}`);
	return every(
		LOOK_EVERY,
		async () => {
			const due = { nextAttemptAt: { $lte: new Date().toISOString() } };
			for (const { id, nextAttemptAt } of await erasures.findMany(due, { limit: 20 })) {
				let mine = false;
				const until = new Date(Date.now() + ROUND).toISOString();
				await erasures.change(id, (state) => {
					mine = state.nextAttemptAt !== null && state.nextAttemptAt === nextAttemptAt;
					return { state: mine ? { ...state, nextAttemptAt: until } : state };
				});
				if (mine) await eraseRound(from, id).catch(complain);
			}
		},
		complain,
	);
}
