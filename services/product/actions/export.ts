import { action } from "../../../runtime/action.ts";
import { exportProducts } from "../../../schemas/product.ts";
import { stockOf } from "../catalogue.ts";
import { csvHeader, csvRows } from "../export.ts";
import { products } from "../model.ts";

const PAGE = 200;

export default action(exportProducts, async (ctx) => {
	const { cursor } = ctx.params;
	const { data, nextCursor } = await products.page(
		{ variants: { $exists: true } },
		{ limit: PAGE, cursor, oldestFirst: true },
	);
	const rows = csvRows(data, await stockOf(data));
	return { body: cursor === undefined ? csvHeader() + rows : rows, nextCursor };
});
