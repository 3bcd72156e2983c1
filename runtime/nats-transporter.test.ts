import { randomUUID } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import { ServiceBroker } from "moleculer";
import { connect } from "nats";
import { natsOptions } from "./events/nats-url.ts";
import { packetPrefix, packetSubject } from "./nats-subjects.ts";
import { type NatsTransporter, natsTransporter } from "./nats-transporter.ts";

const url = process.env.NATS_URL ?? "";
const onNats = url ? test : test.skip;

/** A broker whose heartbeats tell nothing for a minute. */
function broker(namespace: string, nodeID: string): ServiceBroker {
	return new ServiceBroker({
		namespace,
		nodeID,
		logger: false,
		transporter: natsTransporter(natsOptions(url)),
		requestTimeout: 60_000,
		heartbeatInterval: 60,
		heartbeatTimeout: 120,
	});
}

/** As SIGKILL does: the connection ends, and nobody is told. */
const killed = (node: ServiceBroker) => (node.transit!.tx as unknown as NatsTransporter).client.close();

onNats("who waits for a node that dies with the question in hand is told", async (t) => {
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const [caller, callee] = [broker(namespace, "caller.1"), broker(namespace, "callee.1")];
	t.teardown(() => Promise.all([caller.stop(), callee.stop().catch(() => {})]));
	const asked = Promise.withResolvers<void>();
	callee.createService({
		name: "callee",
		actions: {
			answer() {
				asked.resolve();
				return new Promise(() => {});
			},
		},
	});
	await Promise.all([caller.start(), callee.start()]);
	await caller.waitForServices("callee");
	const answer = t.throwsAsync(() => caller.call("callee.answer"), { name: "RequestRejectedError" });
	await asked.promise;
	await killed(callee);
	await answer;
});

onNats("a node that is gone is not asked a second time, and another is", async (t) => {
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const nodes = ["caller.1", "callee.1", "callee.2"].map((id) => broker(namespace, id));
	const [caller, first, second] = nodes as [ServiceBroker, ServiceBroker, ServiceBroker];
	t.teardown(() => Promise.all([caller.stop(), second.stop(), first.stop().catch(() => {})]));
	for (const node of [first, second]) node.createService({ name: "callee", actions: { answer: () => node.nodeID } });
	await Promise.all(nodes.map((node) => node.start()));
	await caller.waitForServices([{ name: "callee" }]);
	const seen = new Set<unknown>();
	while (seen.size < 2) seen.add(await caller.call("callee.answer"));
	await killed(first);
	const answers: unknown[] = [];
	for (let n = 0; n < 6; n++) answers.push(await caller.call("callee.answer").catch(({ name }: Error) => name));
	t.is(answers.filter((answer) => answer === "RequestRejectedError").length, 1);
	t.is(answers.filter((answer) => answer === "callee.2").length, 5);
});

/** A program on NATS that speaks as any node it likes. */
async function liar(t: ExecutionContext, namespace: string) {
	const connection = await connect(natsOptions(url));
	t.teardown(() => connection.close());
	return {
		says(parts: [type: string, ...rest: string[]], payload: object, reply?: string) {
			const subject = packetSubject(packetPrefix(namespace), ...parts);
			connection.publish(
				subject,
				JSON.stringify({ ver: ServiceBroker.PROTOCOL_VERSION, ...payload }),
				reply ? { reply } : {},
			);
		},
		heard: () => connection.flush(),
	};
}

onNats("a question that says otherwise than its subject, or comes out of a stream, is not heard", async (t) => {
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const callee = broker(namespace, "callee.1");
	t.teardown(() => callee.stop());
	const heard: string[] = [];
	const last = Promise.withResolvers<void>();
	callee.createService({
		name: "callee",
		actions: {
			allowed(ctx) {
				heard.push(`allowed ${ctx.params.n}`);
				if (ctx.params.n === "last") last.resolve();
			},
			forbidden: (ctx) => void heard.push(`forbidden ${ctx.params.n}`),
		},
	});
	await callee.start();
	const { says } = await liar(t, namespace);
	const ask = (sender: string, action: string, n: string, reply?: string) =>
		says(["REQ", "caller.1", "callee.1", "callee.allowed"], { sender, action, id: n, params: { n } }, reply);
	ask("caller.1", "callee.forbidden", "other action");
	ask("boss.1", "callee.allowed", "other sender");
	ask("caller.1", "callee.allowed", "of a stream", "$JS.ACK.S.c.1.1.1.1.0");
	ask("caller.1", "callee.allowed", "last");
	await last.promise;
	t.deepEqual(heard, ["allowed last"]);
});

onNats("an answer counts only from the node that was asked", async (t) => {
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const [caller, callee] = [broker(namespace, "caller.1"), broker(namespace, "callee.1")];
	t.teardown(() => Promise.all([caller.stop(), callee.stop()]));
	const { says, heard } = await liar(t, namespace);
	callee.createService({
		name: "callee",
		actions: {
			async answer(ctx) {
				const forged = { id: ctx.id, success: true, data: "forged" };
				says(["RES", "other.1", "caller.1"], { ...forged, sender: "other.1" });
				says(["RES", "other.1", "caller.1"], { ...forged, sender: "callee.1" });
				await heard();
				return "true";
			},
		},
	});
	await Promise.all([caller.start(), callee.start()]);
	await caller.waitForServices("callee");
	t.is(await caller.call("callee.answer"), "true");
});

onNats("a node is asked for the services that its id names, whatever it says to run", async (t) => {
	const namespace = `t${randomUUID().slice(0, 8)}`;
	const [caller, thief] = [broker(namespace, "caller.1"), broker(namespace, "callee.1")];
	t.teardown(() => Promise.all([caller.stop(), thief.stop()]));
	for (const name of ["callee", "till"]) thief.createService({ name, actions: { answer: () => thief.nodeID } });
	await Promise.all([caller.start(), thief.start()]);
	await caller.waitForServices("callee");
	t.is(await caller.call("callee.answer"), "callee.1");
	t.like(await t.throwsAsync(() => caller.call("till.answer")), { name: "ServiceNotFoundError" });
});
