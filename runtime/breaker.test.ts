import test from "ava";
import { ServiceBroker } from "moleculer";
import { brokerOptions, transporterOf } from "../broker.config.ts";
import { eventually, testSettings } from "./testing.ts";

test("the breaker sees timeouts: one that hangs is spared, and asked again when it may work", async (t) => {
	const settings = await testSettings(t);
	const broker = new ServiceBroker(brokerOptions(settings, "slow.1", await transporterOf(settings, "shop")));
	let hangs = true;
	let asked = 0;
	broker.createService({
		name: "slow",
		actions: {
			ask: async () => {
				asked++;
				if (hangs) await new Promise((resolve) => setTimeout(resolve, 1_000).unref());
				return "here";
			},
			other: () => "here too",
		},
	});
	await broker.start();
	t.teardown(() => broker.stop());
	const ask = () => broker.call("slow.ask", {}, { timeout: 50 });
	const outcomes = await Promise.all(Array.from({ length: 25 }, () => ask().catch((error: Error) => error.name)));
	t.true(outcomes.every((name) => name === "RequestTimeoutError"));
	const before = asked;
	t.is((await t.throwsAsync(ask))?.name, "ServiceNotAvailableError");
	t.is(asked, before, "it is not asked");
	t.is(await broker.call("slow.other"), "here too", "what does not hang goes on");
	hangs = false;
	await eventually(() => ask().catch(() => null));
	t.is(await ask(), "here");
});
