import { action } from "../../../runtime/action.ts";
import { getStock } from "../../../schemas/product.ts";
import { variants } from "../model.ts";
import { known } from "../variants.ts";
import { stockView } from "../view.ts";

export default action(getStock, async (ctx) => stockView(await variants.get(await known(ctx.params.sku))));
