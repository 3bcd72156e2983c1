import { LRUCache } from "lru-cache";
import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { myOrderEvents } from "../../../schemas/order.ts";
import { eventsAfter, type FeedState, lacksSome, type Ordered, withPlaces } from "../feed.ts";
import { changesOf, feeds, orders } from "../model.ts";

interface Row {
	/** What the orders were when this was made. */
	changes: string;
	feed: FeedState;
	orders: Ordered[];
}

/** Rows of those who are listening now: while none of their orders changes, a look costs a share of one command. */
const rows = new LRUCache<string, Row>({ max: 500 });

export default action(myOrderEvents, async ({ params, meta }) => {
	if (!meta.userId) throw fail("unauthenticated");
	const row = await rowOf(meta.userId);
	return eventsAfter(row.feed, row.orders, params.after);
});

async function rowOf(userId: string): Promise<Row> {
	const changes = await changesOf(userId);
	const known = rows.get(userId);
	if (known?.changes === changes) return known;
	let theirs = await timelinesOf(userId);
	const feed = await placed(userId, theirs);
	// Another node saw more: what has a place was stored before, so now it is seen.
	if (lacksSome(feed, theirs)) theirs = await timelinesOf(userId);
	const row = { changes, feed, orders: theirs };
	rows.set(userId, row);
	return row;
}

const timelinesOf = (userId: string): Promise<Ordered[]> =>
	orders.findMany({ userId }, { projection: { number: 1, timeline: 1 }, sort: { _id: 1 }, limit: 10_000 });

/** The person's row with a place for all of these, whoever else is at it. */
async function placed(id: string, theirs: Ordered[]): Promise<FeedState> {
	if (!(await feeds.find(id))) {
		const none = { id, entries: [], placed: {}, dropped: 0 };
		await feeds.insert(none).catch((error) => {
			if (!(error instanceof DuplicateKeyError)) throw error;
		});
	}
	return feeds.change(id, (feed) => ({ state: withPlaces(feed, theirs) }));
}
