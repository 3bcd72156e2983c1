import { consumer } from "../../../runtime/events/consumer.ts";
import { productDeleted } from "../../../schemas/events.ts";
import { refresh } from "../indexer.ts";

export default consumer(productDeleted, "product-deleted", ({ data }, from) => refresh(data.productId, from), {
	inOrder: false,
});
