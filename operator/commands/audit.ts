import { listAudit } from "../../schemas/audit.ts";
import type { Command } from "../command.ts";
import { ask, print } from "../command.ts";

export default {
	command: "audit [n]",
	description: "The youngest entries of the audit log, 20 unless told, at most 100; npm run audit verifies it",
	async action(broker, { n }) {
		const { data } = await ask(broker, listAudit, { limit: Math.min(100, Math.max(1, Number(n) || 20)) });
		print(
			["seq", "at", "who", "action", "target", "outcome", "changes"],
			data.map(({ seq, at, actor, action, target, outcome, changes }) => [
				String(seq),
				at,
				`${actor.type} ${actor.id}`,
				action,
				target ?? "-",
				outcome,
				changes ? JSON.stringify(changes) : "",
			]),
		);
	},
} satisfies Command;
