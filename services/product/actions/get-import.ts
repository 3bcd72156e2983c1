import { action } from "../../../runtime/action.ts";
import { getImport } from "../../../schemas/product.ts";
import { importView } from "../import/state.ts";
import { imports } from "../model.ts";

export default action(getImport, async (ctx) => importView(await imports.get(ctx.params.id)));
