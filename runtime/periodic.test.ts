import test from "ava";
import { every } from "./periodic.ts";
import { eventually } from "./testing.ts";

test("turns come one at a time, go on after one that failed, and end with the one under way", async (t) => {
	const told: string[] = [];
	let turns = 0;
	let atOnce = 0;
	let release: (() => void) | undefined;
	const work = every(
		1,
		async () => {
			turns++;
			t.is(++atOnce, 1);
			if (turns === 3) await new Promise<void>((resolve) => (release = resolve));
			atOnce--;
			if (turns === 1) throw new Error("not this time");
		},
		({ message }) => told.push(message),
	);
	await eventually(() => release !== undefined);
	t.deepEqual(told, ["not this time"]);
	let over = false;
	const stopped = work.stop().then(() => {
		over = true;
	});
	await new Promise((resolve) => setTimeout(resolve, 20));
	t.false(over, "it waits for the turn under way");
	release?.();
	await stopped;
	t.is(turns, 3);
});
