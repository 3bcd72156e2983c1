import { action } from "../../../runtime/action.ts";
import { stockReferences } from "../../../schemas/product.ts";
import { heldFor, soldTo } from "../reconcile.ts";

export default action(stockReferences, ({ params }) =>
	"held" in params ? heldFor(params.until, params.after ?? null) : soldTo(params.since, params.until),
);
