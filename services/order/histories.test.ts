import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { OrderState } from "./domain.ts";
import { commandFor, reduce, type SagaEvent } from "./saga.ts";

interface History {
	kind: string;
	order: OrderState;
	steps: { at: string; event: SagaEvent; saga: string; status: string; payment: string; facts: string[] }[];
	end: OrderState;
}

// Checkouts as they went once. Orders like these lie in shops' stores: what is changed must still lead them to their end.
const histories = JSON.parse(readFileSync(join(import.meta.dirname, "histories.json"), "utf8")) as History[];

for (const { kind, order, steps, end } of histories)
	test(`a saved checkout goes the way it went: ${kind}`, (t) => {
		let state = order;
		for (const { at, event, ...was } of steps) {
			const { state: next, facts = [] } = reduce(state, event, at, { fulfil: true });
			const { saga, status, payment } = next;
			t.deepEqual({ saga, status, payment: payment.status, facts: facts.map(({ name }) => name) }, was, `at ${at}`);
			state = next;
		}
		t.like(JSON.parse(JSON.stringify(state)), end as never);
	});

test("from wherever a saved order was left, something leads on or nothing is due", (t) => {
	const resting = ["confirmed", "failed", "cancelled", "awaiting_buyer"];
	for (const { kind, order, steps } of histories) {
		let state = order;
		for (const { at, event } of steps) {
			state = reduce(state, event, at, { fulfil: true }).state;
			if (commandFor(state, at) === null)
				t.true(resting.includes(state.saga), `${kind}: ${state.saga} has no next step`);
		}
	}
});
