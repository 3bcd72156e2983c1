import test from "ava";
import { IdempotencyRecords } from "./idempotency.ts";
import { connectStores, database, disconnectStores } from "./store/connection.ts";
import { testSettings } from "./testing.ts";

test("a key runs once, is answered alike, and is told apart from another body", async (t) => {
	const settings = await testSettings(t);
	await connectStores(settings.MONGODB_URL);
	const connection = await database(settings.NAMESPACE, "gateway");
	t.teardown(async () => {
		await connection.dropDatabase();
		await disconnectStores();
	});
	const records = await IdempotencyRecords.open(connection);
	const begun = await Promise.all(Array.from({ length: 50 }, () => records.begin("k", "body")));
	t.is(begun.filter(({ kind }) => kind === "run").length, 1);
	t.is(begun.filter(({ kind }) => kind === "in_flight").length, 49);
	const answer = { status: 201, headers: { "Content-Type": "application/json" }, body: '{"a":1}' };
	t.is(await records.finish("k", answer, Date.now()), answer);
	t.deepEqual(await records.begin("k", "body"), { kind: "replay", answer });
	t.deepEqual(await records.begin("k", "another"), { kind: "conflict" });
	await records.begin("failed", "body");
	await records.forget("failed");
	t.deepEqual(await records.begin("failed", "body"), { kind: "run" }, "what failed on our side may run again");

	// One that takes very long is taken for dead: both end, and both are answered alike.
	const { now } = Date;
	t.teardown(() => {
		Date.now = now;
	});
	const since = now();
	t.deepEqual(await records.begin("slow", "body"), { kind: "run" });
	Date.now = () => now() + 14_000;
	t.deepEqual(await records.begin("slow", "body"), { kind: "run" });
	const other = { ...answer, body: '{"a":2}' };
	t.deepEqual(await records.finish("slow", other, since + 14_000), other);
	t.deepEqual(await records.finish("slow", answer, since), other);
	t.deepEqual(await records.begin("slow", "body"), { kind: "replay", answer: other });
});
