import { consumer } from "../../../runtime/events/consumer.ts";
import { messageReported } from "../../../schemas/events.ts";
import { reports } from "../model.ts";
import { tell } from "../report.ts";

/** Attempts after which a message is taken for somebody else's. */
const PATIENT = 5;

export default consumer(messageReported, "report", async ({ data, attempt }) => {
	const report = await reports.find(data.reportId);
	if (!report) return;
	const found = await tell(report.providerId, report.status, report.error);
	if (!found && attempt < PATIENT) throw new Error(`no notification has the message ${report.providerId} yet`);
	await reports.remove(report.id);
});
