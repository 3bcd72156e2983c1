import test from "ava";
import { takeOut } from "../../runtime/guard.ts";
import { simulate } from "./run.ts";

const SEEDS = 2_000;

test.serial(`${SEEDS} worlds that go wrong lose nothing and do nothing twice`, async (t) => {
	t.timeout(600_000);
	let crashes = 0;
	for (let seed = 1; seed <= SEEDS; seed++) {
		const outcome = await simulate(seed);
		crashes += outcome.crashes;
		if (outcome.violations.length > 0) t.fail(`seed ${seed}: ${outcome.violations.join("; ")}`);
	}
	t.true(crashes > SEEDS, `${crashes} processes ended`);
});

test.serial("a seed replays alike", async (t) => {
	for (const seed of [5, 6, 11]) {
		const [first, second] = [await simulate(seed), await simulate(seed)];
		t.deepEqual(second.trace, first.trace);
	}
});

test.serial("without one of its guards the shop is caught selling what it has not", async (t) => {
	const restore = takeOut("no more is held than there is");
	t.teardown(restore);
	for (let seed = 1; ; seed++) {
		const { violations } = await simulate(seed);
		if (violations.length === 0) continue;
		t.regex(violations.join("; "), /on hand/);
		return;
	}
});
