import { consumer } from "../../../runtime/events/consumer.ts";
import { stockChanged } from "../../../schemas/events.ts";
import { refresh } from "../indexer.ts";

export default consumer(stockChanged, "stock-changed", ({ data }, from) => refresh(data.productId, from), {
	inOrder: false,
});
