import test from "ava";
import { checkouts } from "./broken/checkouts.ts";
import { events } from "./broken/events.ts";
import { money } from "./broken/money.ts";
import { provider } from "./broken/provider.ts";
import { requests } from "./broken/requests.ts";
import { type Shop, sound } from "./broken/sound.ts";
import { stock } from "./broken/stock.ts";
import { RULES, violationsIn } from "./invariants.ts";
import type { Evidence } from "./rules/rule.ts";

const check = (shop: Shop) => violationsIn(shop as unknown as Evidence);

test("a sound shop has no violation", (t) => {
	t.deepEqual(check(sound()), []);
});

const WRONG = [...checkouts, ...requests, ...money, ...provider, ...stock, ...events];

for (const [what, rule, names, wrong] of WRONG) {
	test(`${what} is found and named`, (t) => {
		const shop = sound();
		wrong(shop);
		const found = check(shop).filter((violation) => violation.rule === rule);
		t.true(
			found.some(({ subject, detail }) => names.test(`${subject} ${detail}`)),
			JSON.stringify(check(shop)),
		);
	});
}

test("every rule has a shop that breaks it", (t) => {
	const covered = new Set(WRONG.map(([, rule]) => rule));
	t.deepEqual(
		[...RULES].filter((rule) => !covered.has(rule)),
		[],
	);
});
