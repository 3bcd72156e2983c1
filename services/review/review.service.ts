import { service } from "../../runtime/service.ts";
import comment from "./actions/comment.ts";
import remove from "./actions/delete.ts";
import list from "./actions/list.ts";
import { approve, reject } from "./actions/moderate.ts";
import post from "./actions/post.ts";
import queue from "./actions/queue.ts";
import report from "./actions/report.ts";
import update from "./actions/update.ts";
import vote from "./actions/vote.ts";
import orderClaimed from "./events/order-claimed.ts";
import orderDelivered from "./events/order-delivered.ts";
import reviewChanged from "./events/review-changed.ts";
import reviewDeleted from "./events/review-deleted.ts";
import { purchases, ratings, removals, reviews, votes } from "./model.ts";
import personalData from "./personal-data.ts";

/** Ratings and comments of products. */
export default service({
	name: "review",
	actions: [list, post, update, remove, comment, vote, report, queue, approve, reject, ...personalData.actions],
	consumers: [reviewChanged, reviewDeleted, orderDelivered, orderClaimed],
	collections: [reviews as never, ratings as never, removals as never, purchases as never, votes as never],
});
