import test from "ava";
import type { OutboxEvent } from "../store/aggregate.ts";
import { Recent } from "./recent.ts";

const some = (n: number): OutboxEvent => ({
	id: `things/a/${n}/0`,
	name: "thing.happened",
	aggregate: "a",
	at: "",
	data: {},
});
const MINUTE = 60_000;

test("what was published is known for ten minutes, the newest first", (t) => {
	const clock = { at: 0, now: () => clock.at };
	const recent = new Recent(clock);
	for (let n = 0; n < 20; n++) {
		clock.at += MINUTE;
		recent.add(some(n));
	}
	t.deepEqual(
		recent.all().map(({ id }) => id),
		Array.from({ length: 10 }, (_, n) => some(19 - n).id),
	);
	clock.at += 41 * MINUTE;
	t.deepEqual(recent.all(), []);
});

test("of very many the last 20,000 are known", (t) => {
	const recent = new Recent();
	for (let n = 0; n < 50_000; n++) recent.add(some(n));
	const known = recent.all();
	t.is(known.length, 20_000);
	t.is(known[0]?.id, some(49_999).id);
	t.is(known.at(-1)?.id, some(30_000).id);
});
