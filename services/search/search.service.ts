import { log } from "../../runtime/log.ts";
import { service } from "../../runtime/service.ts";
import query from "./actions/query.ts";
import reindex from "./actions/reindex.ts";
import suggest from "./actions/suggest.ts";
import { forgetCategories } from "./categories.ts";
import productChanged from "./events/product-changed.ts";
import productDeleted from "./events/product-deleted.ts";
import stockChanged from "./events/stock-changed.ts";
import { keepFilled } from "./keeper.ts";
import { closeIndex, openIndex } from "./model.ts";
import { forgetAnswers } from "./recent.ts";

let stopKeeper = () => {};

/** Finding products: an index that follows the catalogue. */
export default service({
	name: "search",
	actions: [query, suggest, reindex],
	consumers: [productChanged, productDeleted, stockChanged],
	async start({ settings, broker }) {
		forgetCategories();
		forgetAnswers();
		await openIndex(settings);
		stopKeeper = keepFilled(broker, (message) => log(settings.LOG_LEVEL).warn(message));
	},
	async stop() {
		stopKeeper();
		await closeIndex();
	},
});
