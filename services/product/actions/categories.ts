import { action } from "../../../runtime/action.ts";
import { listCategories as contract } from "../../../schemas/product.ts";
import { listCategories } from "../categories.ts";

export default action(contract, async () => ({ data: await listCategories(), nextCursor: null }));
