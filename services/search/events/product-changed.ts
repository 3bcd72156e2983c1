import { consumer } from "../../../runtime/events/consumer.ts";
import { productChanged } from "../../../schemas/events.ts";
import { refresh } from "../indexer.ts";

export default consumer(productChanged, "product-changed", ({ data }, from) => refresh(data.productId, from), {
	inOrder: false,
});
