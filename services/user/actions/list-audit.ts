import { action } from "../../../runtime/action.ts";
import { listAudit } from "../../../schemas/audit.ts";
import { entryOf } from "../audit-log.ts";
import { auditEntries } from "../model.ts";

export default action(listAudit, async ({ params: { actor, action: name, target, from, to, sort, ...page } }) => {
	const at = { ...(from ? { $gte: instant(from) } : {}), ...(to ? { $lt: instant(to) } : {}) };
	const filter = {
		...(actor ? { "actor.id": actor } : {}),
		...(name ? { action: name } : {}),
		...(target ? { target } : {}),
		...(from || to ? { at } : {}),
	};
	const { data, nextCursor } = await auditEntries.page(filter, { ...page, oldestFirst: sort === "seq" });
	return { data: data.map((entry) => entryOf({ ...entry })), nextCursor };
});

/** As entries have it, so that texts compare as times do. */
const instant = (text: string) => new Date(text).toISOString();
