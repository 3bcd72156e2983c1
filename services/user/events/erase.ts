import { consumer } from "../../../runtime/events/consumer.ts";
import { userErased } from "../../../schemas/events.ts";
import { eraseRound } from "../erase.ts";

/** The first round, at once; the rest is the timer's, so that a service which is down becomes no dead letter. */
export default consumer(userErased, "erase", async ({ data }, from) => eraseRound(from, data.userId));
