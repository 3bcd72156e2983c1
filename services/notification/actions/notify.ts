import { action } from "../../../runtime/action.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import type { Params } from "../../../schemas/contract.ts";
import { notificationQueued } from "../../../schemas/events.ts";
import { notify } from "../../../schemas/notification.ts";
import { type Channel, claimFrom, idOf } from "../domain.ts";
import { notifications, preferences } from "../model.ts";
import { hasMessages } from "../providers/twilio.ts";
import { hasMessage } from "../templates/index.ts";

type Wanted = Params<typeof notify>;

export default action(notify, async ({ params }) => {
	const { email, phone } = params;
	const queued = await Promise.all([
		email === null ? false : queue(params, "email", email),
		phone !== null && (await wantsMessage(params)) ? queue(params, "sms", phone) : false,
	]);
	return { queued: queued.filter(Boolean).length };
});

async function wantsMessage({ kind, userId }: Wanted): Promise<boolean> {
	if (!hasMessage(kind) || !hasMessages()) return false;
	return userId === null || (await preferences.find(userId))?.sms !== false;
}

/** @returns whether it is there only now */
async function queue({ kind, reference, userId, data }: Wanted, channel: Channel, to: string): Promise<boolean> {
	const id = idOf(kind, reference, channel);
	const at = new Date().toISOString();
	const times = { createdAt: at, queuedAt: at, sentAt: null, claimedUntil: claimFrom(at) };
	try {
		await notifications.insert(
			{
				id,
				kind,
				reference,
				channel,
				userId,
				to,
				data,
				subject: null,
				status: "queued",
				attempts: 0,
				resends: 0,
				error: null,
				...times,
			},
			[fact(notificationQueued, { notificationId: id })],
		);
		return true;
	} catch (error) {
		if (error instanceof DuplicateKeyError) return false;
		throw error;
	}
}
