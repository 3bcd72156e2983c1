import test from "ava";
import { breakable, type Failpoint, parseFailpoint } from "./failpoint.ts";

function writer(at: string | null) {
	const done: string[] = [];
	const plain = {
		insert: async () => {
			done.push("insert");
			return true as const;
		},
		update: async ({ rev }: { rev: number }) => {
			done.push("update");
			return rev === 1;
		},
	};
	const point: Failpoint | null = at === null ? null : parseFailpoint(at);
	const broken = breakable("orders", plain as never, point, () => done.push("killed")) as typeof plain & {
		insert(document: object): Promise<true>;
		update(item: object): Promise<boolean>;
	};
	return { plain, broken, done };
}

const change = (set: object, rev = 1) => ({ id: "ord_1", rev, update: { $set: set } });

test("a process without a failpoint writes with the very same writer", (t) => {
	const { plain, broken } = writer(null);
	t.is(broken as unknown, plain);
	const elsewhere = breakable("carts", plain as never, parseFailpoint("orders saga=created after"));
	t.is(elsewhere as unknown, plain);
});

test("a process ends before or after the change that its failpoint names, and at no other", async (t) => {
	for (const [moment, expected] of [
		["before", ["update", "killed", "update"]],
		["after", ["update", "update", "killed"]],
	] as const) {
		const { broken, done } = writer(`orders saga=authorized ${moment}`);
		await broken.update(change({ saga: "reserved" }));
		await broken.update(change({ saga: "authorized" }));
		t.deepEqual(done, expected);
	}
});

test("a change that was not stored is no reason to end after it", async (t) => {
	const { broken, done } = writer("orders saga=authorized after");
	t.false(await broken.update(change({ saga: "authorized" }, 2)));
	t.deepEqual(done, ["update"]);
});

test("a failpoint finds a first state, and a fact of a change", async (t) => {
	const first = writer("orders saga=created after");
	await first.broken.insert({ _id: "ord_1", rev: 1, saga: "created", outbox: [] });
	t.deepEqual(first.done, ["insert", "killed"]);
	const fact = writer("orders movement.kind=commit before");
	const outbox = [{ data: { movement: { kind: "commit" } } }];
	await fact.broken.update({ id: "v", rev: 1, update: { $push: { outbox: { $each: outbox } } } });
	await fact.broken.update({ id: "v", rev: 1, update: { $set: { outbox } } });
	t.deepEqual(fact.done, ["killed", "update", "killed", "update"]);
});

test("a failpoint of another shape is refused with an example", (t) => {
	t.throws(() => parseFailpoint("orders authorized"), { message: /must be like "orders saga=authorized after"/ });
});
