import { consumer } from "../../../runtime/events/consumer.ts";
import { ratingChanged } from "../../../schemas/events.ts";
import { rateProduct } from "../save.ts";

export default consumer(ratingChanged, "rating", ({ data }) => rateProduct(data));
