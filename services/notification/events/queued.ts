import { consumer, isFirst } from "../../../runtime/events/consumer.ts";
import { notificationQueued } from "../../../schemas/events.ts";
import { deliver } from "../deliver.ts";

export default consumer(notificationQueued, "send", (event) =>
	deliver(event.data.notificationId, event.attempt, isFirst(event)),
);
