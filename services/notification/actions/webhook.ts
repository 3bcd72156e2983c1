import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { messageReported } from "../../../schemas/events.ts";
import { twilioWebhook } from "../../../schemas/notification.ts";
import type { Delivered } from "../domain.ts";
import { reports } from "../model.ts";
import { callbackUrl } from "../providers/twilio.ts";
import { tell } from "../report.ts";

/** https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
const STATUS: Record<string, Delivered> = {
	sent: "sent",
	delivered: "delivered",
	undelivered: "failed",
	failed: "failed",
};

export default action(twilioWebhook, async ({ params: { body, headers, url } }) => {
	const form = Object.fromEntries(new URLSearchParams(body));
	await verify(form, headers["x-twilio-signature"] ?? "", url);
	const { MessageSid: sid, MessageStatus: told = "", ErrorCode: code } = form;
	const status = STATUS[told];
	if (!sid || !/^\w{1,64}$/.test(sid) || !status) return { accepted: true };
	const error = status === "failed" ? `Twilio: ${told}${code ? `, error ${code}` : ""}` : null;
	if (!(await tell(sid, status, error))) await tellLater(sid, status, error);
	return { accepted: true };
});

/** The address is the one that Twilio was given, whatever stands in front of the shop, or the one that was called. */
async function verify(form: Record<string, string>, signature: string, url: string): Promise<void> {
	const token = setting("TWILIO_AUTH_TOKEN");
	const { validateRequest } = await import("twilio/lib/webhooks/webhooks.js");
	const genuine = (address: string) => validateRequest(token, signature, address, form);
	if (!token || !signature || !(genuine(callbackUrl()) || genuine(url))) throw fail("invalid_signature");
}

async function tellLater(providerId: string, status: Delivered, error: string | null): Promise<void> {
	const id = `${providerId}-${status}`;
	try {
		await reports.insert({ id, providerId, status, error }, [fact(messageReported, { reportId: id })]);
	} catch (failure) {
		if (!(failure instanceof DuplicateKeyError)) throw failure;
	}
}
