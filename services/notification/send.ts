import type { NotificationState } from "./domain.ts";
import { providers } from "./providers/index.ts";
import { mailOf, messageOf } from "./templates/index.ts";

/**
 * Hands a notification to its provider.
 * @param again an earlier attempt may have gone through although it was not answered
 * @returns the subject of a mail, the provider's id of a message
 * @throws MissingData and Undeliverable when another attempt is of no use
 */
export async function send(state: NotificationState, again: boolean) {
	const { id, kind, channel, to, data, resends, queuedAt } = state;
	if (channel === "sms") {
		const sentSince = again ? queuedAt : null;
		const providerId = await providers().messages.send({ to, body: messageOf(kind, data), sentSince });
		return { subject: null, providerId };
	}
	const mail = mailOf(kind, data);
	await providers().mail.send({ to, ...mail, id: resends === 0 ? id : `${id}.${resends}` });
	return { subject: mail.subject, providerId: null };
}
