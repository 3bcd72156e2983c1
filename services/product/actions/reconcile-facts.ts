import { action } from "../../../runtime/action.ts";
import { stockFacts } from "../../../schemas/product.ts";
import { factsOf } from "../reconcile.ts";

export default action(stockFacts, async (ctx) => ({ data: await factsOf(ctx.params.references, ctx.params.count) }));
