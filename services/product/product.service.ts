import { log } from "../../runtime/log.ts";
import { service } from "../../runtime/service.ts";
import { database } from "../../runtime/store/connection.ts";
import categories from "./actions/categories.ts";
import commit from "./actions/commit.ts";
import create from "./actions/create.ts";
import remove from "./actions/delete.ts";
import exportCsv from "./actions/export.ts";
import get from "./actions/get.ts";
import getImport from "./actions/get-import.ts";
import importRows from "./actions/import-rows.ts";
import inCategory from "./actions/in-category.ts";
import ledger from "./actions/ledger.ts";
import list from "./actions/list.ts";
import many from "./actions/many.ts";
import page from "./actions/page.ts";
import facts from "./actions/reconcile-facts.ts";
import references from "./actions/reconcile-references.ts";
import release from "./actions/release.ts";
import reserve from "./actions/reserve.ts";
import restock from "./actions/restock.ts";
import saleItems from "./actions/sale-items.ts";
import setInventory from "./actions/set-inventory.ts";
import startImport from "./actions/start-import.ts";
import stock from "./actions/stock.ts";
import update from "./actions/update.ts";
import { forgetProducts } from "./catalogue.ts";
import { openCategories } from "./categories.ts";
import { changed, deleted } from "./events/product-changed.ts";
import rating from "./events/rating-changed.ts";
import stockChanged from "./events/stock-changed.ts";
import { openLedger } from "./ledger.ts";
import { imports, products, variants } from "./model.ts";
import { forgetPages } from "./pages.ts";
import { startSweeper } from "./sweeper.ts";
import { forgetSkus } from "./variants.ts";

let sweeper: ReturnType<typeof startSweeper> | undefined;

/** Catalogue and inventory. */
export default service({
	name: "product",
	actions: [
		list,
		get,
		categories,
		inCategory,
		create,
		update,
		remove,
		page,
		many,
		saleItems,
		reserve,
		commit,
		release,
		restock,
		stock,
		setInventory,
		ledger,
		startImport,
		importRows,
		getImport,
		exportCsv,
		facts,
		references,
	],
	consumers: [changed, deleted, rating, stockChanged],
	collections: [products, variants, imports] as never[],
	async start({ settings }) {
		const connection = await database(settings.NAMESPACE, "product");
		forgetProducts();
		forgetSkus();
		forgetPages();
		await Promise.all([openLedger(connection), openCategories(connection)]);
		sweeper = startSweeper((message) => log(settings.LOG_LEVEL).warn(message));
	},
	stop: () => sweeper?.stop(),
});
