import { action } from "../../../runtime/action.ts";
import { newId } from "../../../runtime/ids.ts";
import { startImport } from "../../../schemas/product.ts";
import { readHeader } from "../import/header.ts";
import { importView, newImport } from "../import/state.ts";
import { imports } from "../model.ts";

export default action(startImport, async (ctx) => {
	const { header } = ctx.params;
	readHeader(header);
	return importView(await imports.insert(newImport(newId("imp"), header, new Date().toISOString())));
});
