import test from "ava";
import { delayBefore, PATIENCE } from "./consumer.ts";

test("what failed waits whole milliseconds: NATS takes a fraction for no delay at all", (t) => {
	for (let attempt = 1; attempt < 100; attempt++) {
		const delay = delayBefore((attempt % 12) + 1, PATIENCE);
		t.true(Number.isInteger(delay) && delay >= 800, `${delay}`);
	}
});
