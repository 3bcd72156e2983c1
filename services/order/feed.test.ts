import test from "ava";
import { eventsAfter, type FeedState, lacksSome, type Ordered, positionOf, withPlaces } from "./feed.ts";

const none: FeedState = { id: "usr_1", rev: 1, entries: [], placed: {}, dropped: 0 };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const order = (id: string, ...seconds: number[]): Ordered => ({
	id,
	number: `#${id}`,
	timeline: seconds.map((second, n) => ({ id: n + 1, at: at(second), type: "told", message: `${id} ${n + 1}` })),
});
const messages = (feed: FeedState, orders: Ordered[], after?: string) =>
	eventsAfter(feed, orders, after).events.map(({ message }) => message);

test("a person's orders are told in one row, in the order in which things happened", (t) => {
	const orders = [order("a", 1, 4, 5), order("b", 2, 3)];
	const feed = withPlaces(none, orders);
	t.deepEqual(messages(feed, orders), ["a 1", "b 1", "b 2", "a 2", "a 3"]);
	t.is(withPlaces(feed, orders), feed, "what has its place keeps it");
	const { events, position } = eventsAfter(feed, orders, undefined);
	t.is(position, events.at(-1)?.id as string);
	t.deepEqual(
		events.map(({ id }) => id),
		events.map(({ id }) => id).toSorted(),
		"ids rise as text does",
	);
	t.like(events[0], { orderId: "a", number: "#a" });
});

test("what is stored late comes after what was seen, although it happened before", (t) => {
	const early = [order("a", 10)];
	const seen = withPlaces(none, early);
	const { position } = eventsAfter(seen, early, undefined);
	const later = [order("a", 10), order("b", 5, 6)];
	const feed = withPlaces(seen, later);
	t.deepEqual(messages(feed, later, position), ["b 1", "b 2"]);
	t.deepEqual(messages(feed, later), ["a 1", "b 1", "b 2"]);
});

test("a clock that goes back does not turn an order's timeline around", (t) => {
	const orders = [order("a", 5, 1, 6)];
	t.deepEqual(messages(withPlaces(none, orders), orders), ["a 1", "a 2", "a 3"]);
});

test("whoever read orders before another node placed more of them reads again", (t) => {
	const stale = [order("a", 1)];
	const fresh = [order("a", 1, 2), order("b", 3)];
	const feed = withPlaces(none, fresh);
	t.true(lacksSome(feed, stale));
	t.false(lacksSome(feed, fresh));
	t.is(withPlaces(feed, stale), feed);
});

test("a long row goes on page by page, and tells when what was asked for is no longer kept", (t) => {
	const orders = [order("a", ...Array.from({ length: 2_500 }, (_, n) => n))];
	const feed = withPlaces(none, orders);
	t.is(feed.entries.length, 2_000);
	let after: string | undefined = positionOf(500);
	const told: string[] = [];
	for (;;) {
		const page = eventsAfter(feed, orders, after);
		if (page.events.length === 0) break;
		t.false(page.missed);
		told.push(...page.events.map(({ message }) => message));
		after = page.position;
	}
	t.is(told.length, 2_000);
	t.is(told[0], "a 501");
	t.is(told.at(-1), "a 2500");
	t.true(eventsAfter(feed, orders, positionOf(499)).missed);
});

test("an order that is gone leaves a place behind, and a position that never was is as none", (t) => {
	const both = [order("a", 1), order("b", 2)];
	const feed = withPlaces(none, both);
	const { events, position } = eventsAfter(feed, [both[1] as Ordered], undefined);
	t.deepEqual(
		events.map(({ message }) => message),
		["b 1"],
	);
	t.is(position, positionOf(2));
	t.deepEqual(messages(feed, both, positionOf(99)), ["a 1", "b 1"]);
});
