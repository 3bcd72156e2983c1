import { consumer } from "../../../runtime/events/consumer.ts";
import { reviewDeleted } from "../../../schemas/events.ts";
import { finishRemoval } from "../removal.ts";

export default consumer(reviewDeleted, "removal", ({ data }) => finishRemoval(data.reviewId, data.productId));
