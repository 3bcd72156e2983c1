import { action } from "../../../runtime/action.ts";
import { getOrder } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";
import { owned } from "../token.ts";

export default action(getOrder, async (ctx) => present(owned(await orders.get(ctx.params.id), ctx.meta)));
