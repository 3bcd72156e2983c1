import { action } from "../../../runtime/action.ts";
import { appendAudit } from "../../../schemas/audit.ts";
import { append } from "../audit-log.ts";

export default action(appendAudit, async ({ params }) => {
	const { seq, hash } = await append(params);
	return { seq, hash };
});
