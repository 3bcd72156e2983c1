import { type Action, action, type Caller, call } from "../runtime/action.ts";
import { setting } from "../runtime/config.ts";
import { IdempotencyRecords } from "../runtime/idempotency.ts";
import { hashOf } from "../runtime/ids.ts";
import { personalDataBy } from "../runtime/personal-data.ts";
import { database } from "../runtime/store/connection.ts";
import type { Result } from "../schemas/contract.ts";
import { exportMe, HOLDERS, type Person, personalData } from "../schemas/person.ts";

type Part = Result<(typeof personalData)["user"]>["data"];

const records = async () => IdempotencyRecords.open(await database(setting("NAMESPACE"), "gateway"));
const marksOf = ({ userId, addressHash }: Person) => (addressHash ? [userId, addressHash] : [userId]);

/** Everything that one service holds, page after page. */
async function gathered(from: Caller, service: (typeof HOLDERS)[number], person: Person): Promise<Part> {
	const all: Part = {};
	let cursor: string | null = null;
	do {
		const page: Result<(typeof personalData)["user"]> = await call(from, personalData[service], {
			...person,
			...(cursor ? { cursor } : {}),
		});
		for (const [name, entries] of Object.entries(page.data)) all[name] = [...(all[name] ?? []), ...entries];
		cursor = page.nextCursor;
	} while (cursor);
	return all;
}

/** What the gateway knows of people: the export, which it gathers, and its own answers, which it keeps for repeats. */
export const personActions: Action[] = [
	action(exportMe, async (ctx) => {
		const { userId, email, emailVerified = false } = ctx.meta;
		const addressHash = email ? hashOf(email.toLowerCase()) : null;
		const person = { userId: userId!, addressHash, verified: emailVerified };
		const parts = await Promise.all(
			HOLDERS.map(async (service) => [service, await gathered(ctx as unknown as Caller, service, person)] as const),
		);
		const all = Object.fromEntries(parts) as Record<(typeof HOLDERS)[number], Part>;
		return { exportedAt: new Date().toISOString(), ...all };
	}),
	...personalDataBy(
		"gateway",
		async (person) => ({ data: { keptAnswers: await (await records()).keptFor(marksOf(person)) }, nextCursor: null }),
		async (person) => ({ erased: await (await records()).eraseFor(marksOf(person)), waiting: 0 }),
	),
];
