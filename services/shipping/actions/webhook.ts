import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { parcelReported } from "../../../schemas/events.ts";
import { easypostWebhook } from "../../../schemas/shipping.ts";
import { shipments, webhooks } from "../model.ts";
import { plain } from "../plain.ts";
import { isSigned, reportOf } from "../providers/easypost-webhook.ts";

const KEPT_FOR = 30 * 86_400_000;

/** Stores the event once with the fact that follows from it, and answers; the work is done by whoever hears of the fact. */
export default action(easypostWebhook, async ({ params: { body, headers } }) => {
	if (!isSigned(body, headers["x-hmac-signature"], setting("EASYPOST_WEBHOOK_SECRET"))) throw fail("invalid_signature");
	const { id, description, result } = JSON.parse(body) as { id: string; description: string; result: object };
	// That a tracker was made says no more than the answer that sold the label.
	const report = description === "tracker.updated" ? reportOf(result) : null;
	if (!report) return { accepted: true };
	const { shipmentId: parcelId, ...rest } = report;
	const events = plain(rest.events, await shipments.findOne({ parcelId }));
	try {
		await webhooks.insert({ id, description, expiresAt: new Date(Date.now() + KEPT_FOR) }, [
			fact(parcelReported, { parcelId, ...rest, events }),
		]);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
	return { accepted: true };
});
