import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import { ServiceBroker } from "moleculer";
import { connect, headers, type NatsConnection, nkeys } from "nats";
import { onPath } from "../bin/nats.ts";
import { USERS } from "../bin/nats-permissions.ts";
import { loadServices, SERVICES } from "../bin/services.ts";
import { brokerOptions, transporterOf } from "../broker.config.ts";
import { type Caller, call } from "../runtime/action.ts";
import { natsOptions } from "../runtime/events/nats-url.ts";
import { namesIn } from "../runtime/events/streams.ts";
import { packetPrefix, packetSubject } from "../runtime/nats-subjects.ts";
import { endings } from "../runtime/testing.ts";
import { callersOf } from "../schemas/contract.ts";
import { allEvents, contracts } from "../schemas/index.ts";
import type { Order } from "../schemas/order.ts";
import { adminOrders, sagaState } from "../schemas/order.ts";
import { capturePayment } from "../schemas/payment.ts";
import { as, filled, type Placed, place, stocked, until } from "./buyer.ts";
import { type GuardedNats, type GuardedShop, guardedNats, guardedShop } from "./guarded-shop.ts";

const test = anyTest as TestFn;
const program = onPath("nats-server");
const onNats = program && onPath("openssl") ? test.serial : test.serial.skip;
const ends = endings();
let nats: GuardedNats;
let shop: GuardedShop;

test.serial.before(async () => {
	if (!program || !onPath("openssl")) return;
	nats = await guardedNats(program, ends);
	// The streams are made once, by a user of their own.
	const environment = { PATH: process.env.PATH, ...nats.environment("streams") };
	execFileSync(process.execPath, [join(import.meta.dirname, "..", "bin", "nats-streams.ts")], { env: environment });
	shop = await guardedShop(nats, ends);
});

test.after.always(ends.close);

/** What of a connection's publishing or listening NATS has refused, once it has judged all of it. */
async function refusals(connection: NatsConnection, doing: () => void): Promise<Set<string>> {
	const refused = new Set<string>();
	const status = connection.status();
	const reading = (async () => {
		for await (const { permissionContext } of status) if (permissionContext) refused.add(permissionContext.subject);
	})();
	doing();
	await connection.flush();
	// What was refused is told before the answer to the flush, and read in the same order.
	await connection.flush();
	(status as unknown as { stop(): void }).stop();
	await reading;
	return refused;
}

const packet = (type: string, ...parts: string[]) => packetSubject(packetPrefix(nats.namespace), type, ...parts);

async function bought(): Promise<Order> {
	const { client } = shop;
	const goods = await stocked(client, await shop.admin());
	const { order, orderToken } = as<Placed>(201, await place(client, await filled(client, goods)));
	return until("the order is confirmed", async () => {
		const found = as<Order>(200, await client.request("GET", `/v1/orders/${order.id}`, { orderToken }));
		return found.status === "confirmed" && found;
	});
}

onNats("a whole purchase works with a user for each service, and nothing that the shop does is refused", async (t) => {
	t.is((await bought()).payment.status, "captured");
	const { client } = shop;
	t.is((await client.request("GET", "/v1/search?q=thing")).status, 200);
	for (const service of SERVICES)
		t.notRegex(shop.printed(service), /not permit|Permissions Violation|dropped a/, service);
});

onNats("who may ask what is as the contracts state it, for every user and every contract", async (t) => {
	for (const user of USERS) {
		const connection = await nats.as(user);
		// No such node is there, so that nothing is done.
		const subjectOf = (name: string) => packet("REQ", `${user}.probe`, `${name.split(".")[0]}.nobody`, name);
		const foreign = contracts.filter(({ name }) => !name.startsWith(`${user}.`));
		const refused = await refusals(connection, () => {
			for (const { name } of foreign) connection.publish(subjectOf(name));
		});
		for (const contract of foreign)
			t.is(!refused.has(subjectOf(contract.name)), callersOf(contract).includes(user), `${user} asks ${contract.name}`);
	}
});

onNats("nobody asks in another's name", async (t) => {
	for (const user of USERS) {
		const connection = await nats.as(user);
		for (const { name, ...contract } of contracts) {
			const caller = callersOf(contract).find((other) => other !== user);
			if (!caller) continue;
			const subject = packet("REQ", `${caller}.1`, `${name.split(".")[0]}.nobody`, name);
			t.true((await refusals(connection, () => connection.publish(subject))).has(subject), `${user}: ${subject}`);
		}
	}
});

onNats("who may publish which event is as the events state it, for every user and every event", async (t) => {
	const { subject } = namesIn(nats.namespace);
	// Nothing is stored of what is permitted.
	const unwanted = headers();
	unwanted.set("Nats-Expected-Stream", "NONE");
	for (const user of USERS) {
		const connection = await nats.as(user);
		const refused = await refusals(connection, () => {
			for (const { name } of allEvents) connection.publish(subject(name), "{}", { headers: unwanted });
		});
		for (const { name, service } of allEvents) t.is(!refused.has(subject(name)), service === user, `${user}: ${name}`);
	}
});

onNats("a service reads by its own consumers, and nobody by another's", async (t) => {
	const { events, subject } = namesIn(nats.namespace);
	const consumers = (await loadServices(SERVICES)).flatMap(({ name: service, consumers = [] }) =>
		consumers.map(({ name, event }) => ({ service, durable: `${service}-${name}`, heard: subject(event.name) })),
	);
	for (const user of USERS) {
		const connection = await nats.as(user);
		for (const { service, durable, heard } of consumers) {
			const subjects = [
				`$JS.API.CONSUMER.CREATE.${events}.${durable}.${heard}`,
				`$JS.API.CONSUMER.INFO.${events}.${durable}`,
				`$JS.ACK.${events}.${durable}.1.1.1.1.0`,
			];
			const refused = await refusals(connection, () => {
				for (const one of subjects) connection.publish(one);
			});
			for (const one of subjects) t.is(!refused.has(one), service === user, `${user}: ${one}`);
		}
	}
});

onNats("nobody empties, deletes or reads a stream beyond what is stated", async (t) => {
	const { events, letters, all } = namesIn(nats.namespace);
	const streams = [events, letters];
	const reading = new Set(["gateway"]);
	for (const { name, consumers = [] } of await loadServices(SERVICES)) if (consumers.length > 0) reading.add(name);
	for (const user of USERS) {
		const connection = await nats.as(user);
		const permitted = new Set([
			...(user === "streams" ? streams.flatMap((one) => [`STREAM.CREATE.${one}`, `STREAM.UPDATE.${one}`]) : []),
			...(reading.has(user) ? [`STREAM.MSG.GET.${letters}`] : []),
			...(user === "gateway" ? [`STREAM.PURGE.${letters}`] : []),
		]);
		const subjects = [
			...["DELETE", "PURGE", "CREATE", "UPDATE", "MSG.GET", "MSG.DELETE", "SNAPSHOT", "RESTORE"].flatMap((verb) =>
				streams.map((stream) => `$JS.API.STREAM.${verb}.${stream}`),
			),
			"$JS.API.STREAM.CREATE.OTHER",
			"$JS.API.STREAM.LIST",
			"$JS.API.STREAM.NAMES",
			`$JS.API.DIRECT.GET.${events}`,
			`$JS.API.CONSUMER.CREATE.${events}`,
			`$JS.API.CONSUMER.CREATE.${events}.spy`,
			`$JS.API.CONSUMER.CREATE.${events}.spy.${all.events}`,
			`$JS.API.CONSUMER.DURABLE.CREATE.${events}.spy`,
			`$JS.API.CONSUMER.DELETE.${events}.order-payment-changed`,
			`$JS.API.CONSUMER.CREATE.${letters}.spy`,
			`$JS.API.CONSUMER.LIST.${events}`,
			"$JS.API.INFO",
			"$JS.API.ACCOUNT.PURGE.x",
			"$SYS.REQ.SERVER.PING",
		];
		const refused = await refusals(connection, () => {
			// A body that is none, so that what is permitted is not done.
			for (const one of subjects) connection.publish(one, "no JSON");
		});
		for (const one of subjects) t.is(!refused.has(one), permitted.has(one.replace("$JS.API.", "")), `${user}: ${one}`);
	}
	t.is((await bought()).status, "confirmed", "the streams are there");
});

onNats("nobody listens where it is not spoken to", async (t) => {
	const { all } = namesIn(nats.namespace);
	for (const user of USERS) {
		const connection = await nats.as(user);
		const others = USERS.filter((other) => other !== user);
		const subjects = [
			">",
			"*.>",
			"_INBOX.>",
			"$JS.>",
			"$SYS.>",
			all.events,
			all.letters,
			packet(">"),
			...others.flatMap((other) => [
				`_INBOX_${other}.>`,
				packet("REQ", "*.*", `${other}.*`, ">"),
				packet("REQ", "*.*", `${other}.1`, ">"),
				packet("RES", "*.*", `${other}.*`),
				packet("INFO", "*.*", `${other}.*`),
				packet("PONG", "*.*", `${other}.*`),
			]),
		];
		const refused = await refusals(connection, () => {
			for (const one of subjects) connection.subscribe(one, { callback: () => {} });
		});
		t.deepEqual(
			subjects.filter((one) => !refused.has(one)),
			[],
			user,
		);
	}
});

onNats("nobody says to be another node, that another is gone, or answers for it", async (t) => {
	for (const user of USERS) {
		const connection = await nats.as(user);
		for (const other of USERS.filter((name) => name !== user)) {
			const subjects = [
				...["INFO", "HEARTBEAT", "DISCONNECT", "DISCOVER", "PING"].map((type) => packet(type, `${other}.1`)),
				...["INFO", "RES", "PONG", "PING"].map((type) => packet(type, `${other}.1`, "gateway.1")),
				`_INBOX_${other}.x`,
			];
			const refused = await refusals(connection, () => {
				for (const one of subjects) connection.publish(one);
			});
			t.deepEqual(
				subjects.filter((one) => !refused.has(one)),
				[],
				`${user} as ${other}`,
			);
		}
	}
});

onNats(
	"a gateway that asks payment to capture is told at once that it may not, and one that lies about it is not heard",
	async (t) => {
		const settings = { ...shop.operator, ...seedOf("gateway") };
		const broker = new ServiceBroker({
			...brokerOptions(settings, "gateway.stolen", await transporterOf(settings, "shop", "gateway")),
			logger: false,
			requestTimeout: 60_000,
		});
		t.teardown(() => broker.stop());
		await broker.start();
		await broker.waitForServices(["payment", "user"], 10_000);
		const error = await t.throwsAsync(call(broker as unknown as Caller, capturePayment, { id: "pay_1" }));
		t.regex(error.message, /NATS does not permit gateway\.stolen to ask payment\.capture/);
		// No node offers its broker's options, and no user may ask for them.
		for (const action of ["$node.options", "$node.list"])
			t.like(await t.throwsAsync(async () => broker.call(action)), { name: "ServiceNotFoundError" });

		const spy = await nats.as("gateway");
		spy.publish(
			packet("REQ", "gateway.stolen", "payment.1", "payment.webhook"),
			JSON.stringify({
				ver: ServiceBroker.PROTOCOL_VERSION,
				sender: "gateway.stolen",
				id: "1",
				action: "payment.capture",
				params: { id: "pay_1" },
				meta: {},
			}),
		);
		await until("payment's node drops it", async () =>
			/dropped a REQ on \S*payment\.webhook/.test(shop.printed("payment")),
		);
		const options = packet("REQ", "gateway.stolen", "payment.1", "$node.options");
		t.true((await refusals(spy, () => spy.publish(options))).has(options));
	},
);

const seedOf = (user: string) => ({
	NATS_NKEY_SEED: readFileSync(nats.environment(user).NATS_NKEY_SEED_FILE as string, "utf8"),
});

onNats("an operator sees orders, outboxes and dead letters, and no more than that", async (t) => {
	const order = await bought();
	const broker = new ServiceBroker({
		...brokerOptions(shop.operator, "operator.t", await transporterOf(shop.operator, "operator")),
		logger: false,
	});
	t.teardown(() => broker.stop());
	await broker.start();
	await broker.waitForServices([...SERVICES, "operations"], 10_000);
	const from = broker as unknown as Caller;
	t.true((await call(from, adminOrders, { limit: 20 })).data.some(({ id }) => id === order.id));
	t.is((await call(from, sagaState, { id: order.id })).state, "confirmed");
	for (const service of SERVICES)
		t.true(Array.isArray(await broker.call("operations.outbox", {}, { nodeID: `${service}.1` })), service);
	await t.throwsAsync(call(from, capturePayment, { id: "pay_1" }), { message: /NATS does not permit/ });

	// What is no event becomes a dead letter: shown, replayed where it was to be handled, and given up by way of the gateway.
	const payment = await nats.as("payment");
	payment.publish(namesIn(nats.namespace).subject("payment.changed"), "{");
	type Page = { letters: { id: string; consumer: string }[] };
	const keeper = { nodeID: "gateway.1" };
	const list = async () => ((await broker.call("operations.deadLetters", {}, keeper)) as Page).letters;
	const letter = await until("the dead letter", async () =>
		(await list()).find(({ consumer }) => consumer === "reconcile"),
	);
	await broker.call("operations.replay", { id: letter.id }, keeper);
	t.false((await list()).some(({ id }) => id === letter.id));
	for (const { id } of await list()) await broker.call("operations.drop", { id }, keeper);
	t.deepEqual(await list(), []);
});

onNats("who has no key, another key or no TLS does not get in", async (t) => {
	const { url, ca } = nats;
	const once = { reconnect: false, maxReconnectAttempts: 0 };
	await t.throwsAsync(connect({ ...natsOptions(url, { ca }), ...once }), { message: /Authorization/i });
	const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
	await t.throwsAsync(connect({ ...natsOptions(url, { ca, seed }), ...once }), { message: /Authorization/i });
	await t.throwsAsync(connect({ ...natsOptions(url), ...once }), { message: /self-signed certificate/ });
});

onNats("a node whose streams are not there says which command makes them", async (t) => {
	const bare = await guardedNats(program as string, ends);
	const { status, stderr } = spawnSync(
		process.execPath,
		[join(import.meta.dirname, "..", "bin", "node.ts"), "review"],
		{
			env: {
				PATH: process.env.PATH,
				...bare.environment("review"),
				MONGODB_URL: shop.operator.MONGODB_URL,
				TOKEN_SECRET: "a secret of all nodes, long enough for them",
			},
			encoding: "utf8",
		},
	);
	t.is(status, 1);
	t.regex(stderr, /The stream \w+_EVENTS on NATS_URL is not as it should be.*npm run nats:streams/);
});
