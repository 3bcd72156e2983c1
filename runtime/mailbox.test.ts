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
	const turn = () => new Promise((resolve) => setImmediate(resolve));
	const posts = [box.post("a", 1), box.post("a", 2), box.post("b", 4)];
	await turn();
	t.deepEqual(batches, ["a:1,2", "b:4"], "what is posted in one turn goes together");
	posts.push(box.post("a", 3), box.post("a", 5));
	await turn();
	t.is(batches.length, 2, "what comes later waits for the batch that is under way");
	release.shift()?.();
	release.shift()?.();
	await posts[0];
	await turn();
	t.deepEqual(batches, ["a:1,2", "b:4", "a:3,5"]);
	release.shift()?.();
	t.deepEqual(await Promise.all(posts), [10, 20, 40, 30, 50]);
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
