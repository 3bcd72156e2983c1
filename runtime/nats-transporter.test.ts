import { randomUUID } from "node:crypto";
import test from "ava";
import { ServiceBroker } from "moleculer";
import { natsOptions } from "./events/nats-url.ts";
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
