import { consumer } from "../../../runtime/events/consumer.ts";
import { orderClaimed } from "../../../schemas/events.ts";
import { NotificationKind } from "../../../schemas/notification.ts";
import { idOf } from "../domain.ts";
import { notifications } from "../model.ts";

const KINDS = (NotificationKind as unknown as { enum: NotificationKind[] }).enum;
const CHANNELS = ["email", "sms"] as const;

/** What a guest was sent of an order is what its person was sent; ids follow from what a mail is about, so they need no index. */
export default consumer(orderClaimed, "claim-notifications", async ({ data: { references, userId } }) => {
	const ids = references.flatMap((reference) =>
		KINDS.flatMap((kind) => CHANNELS.map((channel) => idOf(kind, reference, channel))),
	);
	const found = await notifications.findMany({ _id: { $in: ids }, userId: null }, { projection: { _id: 1 } });
	await Promise.all(
		found.map(({ id }) =>
			notifications.change(id, (state) => ({
				// One that was erased is nobody's.
				state: state.userId === null && state.to !== "" ? { ...state, userId } : state,
			})),
		),
	);
});
