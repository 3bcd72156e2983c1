import test from "ava";
import type { AuditEntry } from "../schemas/audit.ts";
import { startTestShop } from "../test/shop.ts";
import { audited } from "./audited.ts";
import audit from "./commands/audit.ts";
import drop from "./commands/drop.ts";
import reconcile from "./commands/reconcile.ts";
import replay from "./commands/replay.ts";

test("what an operator replays, drops and repairs is in the audit log, what they only look at is not", async (t) => {
	const { node, client, admin } = await startTestShop(t, {}, { sample: false });
	const accessToken = await admin();
	const { broker } = node;
	const printed: string[] = [];
	const { log } = console;
	console.log = (...parts) => void printed.push(parts.join(" "));
	t.teardown(() => {
		console.log = log;
	});
	const entries = async () => {
		const path = `/v1/admin/audit?sort=seq&limit=100&actor=${encodeURIComponent(broker.nodeID)}`;
		const { body } = await client.request<{ data: AuditEntry[] }>("GET", path, { accessToken });
		return body.data.map(({ actor, action, target, outcome }) => [actor.type, action, target, outcome]);
	};

	await t.throwsAsync(replay.action(broker, { id: "letter-1" }), { message: /There is no dead letter letter-1/ });
	await t.throwsAsync(drop.action(broker, { id: "letter-1" }), { message: /There is no dead letter letter-1/ });
	await reconcile.action(broker, {});
	t.deepEqual(await entries(), [
		["operator", "gateway.replayDeadLetter", "letter-1", "intended"],
		["operator", "gateway.replayDeadLetter", "letter-1", "not_found"],
	]);
	await reconcile.action(broker, { options: { repair: true, hours: 2 } } as never);
	t.deepEqual((await entries()).slice(2), [
		["operator", "order.reconcile", null, "intended"],
		["operator", "order.reconcile", null, "done"],
	]);
	printed.length = 0;
	await audit.action(broker, { n: "2" });
	t.is(printed.length, 3);
	t.regex(printed[1] ?? "", /operator .*order\.reconcile.*done.*"repair":true/);
});

test("where the audit log does not answer, an operator's command does nothing and says so", async (t) => {
	let done = false;
	const broker = { nodeID: "operator.1", call: () => Promise.reject(new Error("nobody there")) } as never;
	const work = async () => {
		done = true;
	};
	await t.throwsAsync(audited(broker, { action: "gateway.dropDeadLetter" }, work), {
		message: "Nothing was done, as the audit log does not answer: nobody there",
	});
	t.false(done);
});
