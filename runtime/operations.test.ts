import test from "ava";
import { ServiceBroker } from "moleculer";
import { Schema } from "mongoose";
import { brokerOptions, transporterOf } from "../broker.config.ts";
import { closed, Id } from "../schemas/common.ts";
import { event } from "../schemas/contract.ts";
import { consumer } from "./events/consumer.ts";
import { jetStreamBus } from "./events/jetstream.ts";
import type { LetterPage } from "./events/letter.ts";
import { startNode } from "./node.ts";
import { operations } from "./operations.ts";
import { type Host, service } from "./service.ts";
import { fact } from "./store/aggregate.ts";
import { Collection } from "./store/collection.ts";
import { eventually, testSettings } from "./testing.ts";

const onNats: typeof test.serial | (() => void) = process.env.NATS_URL ? test.serial : () => {};
const rung = event({ name: "bell.rung", service: "bell", summary: "It rang", data: closed({ id: Id }) });
const bells = new Collection<{ id: string; rev: number }>({
	service: "bell",
	name: "bells",
	schema: new Schema({ _id: String }, { strict: false }),
});

test.serial("in one process a dead letter is shown and replayed, or dropped", async (t) => {
	let broken = true;
	const hears = consumer(rung, "hears", async () => {
		if (broken) throw new Error("the clapper is loose");
	});
	const bell = await startNode(
		[service({ name: "bell", actions: [], collections: [bells], consumers: [hears] })],
		await testSettings(t),
		{ patience: { attempts: 1, firstDelay: 10, longestDelay: 20 } },
	);
	const ask = <R>(verb: string, params = {}) => bell.broker.call(`operations.${verb}`, params) as Promise<R>;
	for (const id of ["big", "small"]) await bells.insert({ id }, [fact(rung, { id })]);
	await eventually(async () => (await ask<LetterPage>("deadLetters")).letters.length === 2);
	const [big, small] = (await ask<LetterPage>("deadLetters")).letters;
	t.like(await ask("deadLetter", { id: big?.id }), {
		service: "bell",
		consumer: "hears",
		error: "the clapper is loose",
	});
	t.like(await t.throwsAsync(ask("replay", { id: big?.id })), { type: "replay_failed" });
	broken = false;
	await ask("replay", { id: big?.id });
	await ask("drop", { id: small?.id });
	t.deepEqual(await ask("deadLetters"), { letters: [], next: null });
	for (const verb of ["deadLetter", "replay", "drop"])
		t.like(await t.throwsAsync(ask(verb, { id: small?.id })), { type: "not_found" });
	await bell.stop();
});

onNats("a dead letter is listed and replayed from any node, and handled where its service runs", async (t) => {
	let broken = true;
	const heard: string[] = [];
	const hears = consumer(rung, "hears", async ({ data }) => {
		if (broken) throw new Error("the clapper is loose");
		heard.push(data.id);
	});
	const settings = await testSettings(t, { NATS_URL: process.env.NATS_URL ?? "" });
	const bell = await startNode(
		[service({ name: "bell", actions: [], collections: [bells], consumers: [hears] })],
		settings,
		{ patience: { attempts: 2, firstDelay: 10, longestDelay: 20 } },
	);
	// A node that runs nothing but its operators' service.
	const bus = await jetStreamBus(settings.NATS_URL, settings.NAMESPACE);
	const other = new ServiceBroker(brokerOptions(settings, "other.1", await transporterOf(settings, "shop")));
	other.createService(operations({ bus, nodeId: "other.1" } as Host, []));
	await other.start();
	await other.waitForServices("bell", 5_000);
	const ask = <R>(verb: string, params = {}) =>
		other.call(`operations.${verb}`, params, { nodeID: "other.1" }) as Promise<R>;

	await bells.insert({ id: "big" }, [fact(rung, { id: "big" })]);
	await eventually(async () => (await ask<LetterPage>("deadLetters")).letters.length === 1);
	const [letter] = (await ask<LetterPage>("deadLetters")).letters;
	const id = letter?.id ?? "";
	t.like(await t.throwsAsync(ask("replay", { id })), {
		type: "replay_failed",
		message: "It failed again: the clapper is loose",
	});
	t.like(await ask("deadLetter", { id }), { attempts: 3 });
	broken = false;
	await ask("replay", { id });
	t.deepEqual(heard, ["big"]);
	t.like(await t.throwsAsync(ask("replay", { id })), { type: "not_found" });

	broken = true;
	await bells.insert({ id: "small" }, [fact(rung, { id: "small" })]);
	await eventually(async () => (await ask<LetterPage>("deadLetters")).letters.length === 1);
	const left = (await ask<LetterPage>("deadLetters")).letters[0]?.id;
	await bell.stop();
	await eventually(() => !other.registry.getServiceList({ onlyAvailable: true }).some(({ name }) => name === "bell"));
	t.like(await t.throwsAsync(ask("replay", { id: left })), { type: "unavailable" });
	await ask("drop", { id: left });
	t.like(await t.throwsAsync(ask("deadLetter", { id: left })), { type: "not_found" });
	await other.stop();
	await bus.close();
});
