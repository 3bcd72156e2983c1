import test from "ava";
import { mailbox, sequence } from "./mailbox.ts";

test("what waits for one key is handled together, in its order, and other keys do not wait", async (t) => {
	const batches: string[] = [];
	const release: (() => void)[] = [];
	const box = mailbox<number, number>(async (key, batch) => {
		batches.push(`${key}:${batch.join(",")}`);
		await new Promise<void>((resolve) => release.push(resolve));
		return batch.map((value) => ({ ok: true, value: value * 10 }));
	});
	const first = [box.post("a", 1), box.post("a", 2), box.post("a", 3), box.post("b", 4)];
	t.deepEqual(batches, ["a:1", "b:4"]);
	release.shift()?.();
	release.shift()?.();
	await first[0];
	t.deepEqual(batches, ["a:1", "b:4", "a:2,3"]);
	release.shift()?.();
	t.deepEqual(await Promise.all(first), [10, 20, 30, 40]);
	await box.idle();
});

test("a message that is refused does not take its batch along", async (t) => {
	const box = mailbox<number, number>(async (_key, batch) =>
		batch.map((value) => (value === 2 ? { ok: false, error: new Error("no two") } : { ok: true, value })),
	);
	const results = await Promise.allSettled([box.post("a", 1), box.post("a", 2), box.post("a", 3)]);
	t.deepEqual(
		results.map(({ status }) => status),
		["fulfilled", "rejected", "fulfilled"],
	);
});

test("a batch never exceeds its limit", async (t) => {
	const sizes: number[] = [];
	const box = mailbox<number, null>(async (_key, batch) => {
		sizes.push(batch.length);
		await null;
		return batch.map(() => ({ ok: true, value: null }));
	}, 100);
	await Promise.all(Array.from({ length: 350 }, (_, n) => box.post("a", n)));
	t.true(sizes.every((size) => size <= 100));
	t.is(
		sizes.reduce((sum, size) => sum + size, 0),
		350,
	);
});

test("tasks of one key run one after the other, also after one of them failed", async (t) => {
	const inOrder = sequence();
	const seen: string[] = [];
	const task =
		(name: string, fails = false) =>
		async () => {
			seen.push(`${name} begins`);
			await new Promise((resolve) => setImmediate(resolve));
			seen.push(`${name} ends`);
			if (fails) throw new Error(name);
		};
	await Promise.allSettled([inOrder("k", task("one", true)), inOrder("k", task("two"))]);
	t.deepEqual(seen, ["one begins", "one ends", "two begins", "two ends"]);
});
