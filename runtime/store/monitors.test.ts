import { type EventEmitter, once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import test, { type ExecutionContext } from "ava";
import { startMongodb } from "../../embedded/mongodb/index.ts";
import { log } from "../log.ts";
import { eventually } from "../testing.ts";
import { connectStores, database, disconnectStores } from "./connection.ts";

interface Check {
	topology: { s: { servers: Map<string, { monitor: { connection: { command: unknown } }; requestCheck(): void }> } };
}

/** A way to the server that can be cut: then whatever is sent on it is answered by a reset. */
async function wayTo(t: ExecutionContext, url: string) {
	const way = { cut: false, url: "" };
	const { hostname, port } = new URL(url);
	const sockets = new Set<Socket>();
	const server = createServer((near) => {
		const far = connect(Number(port), hostname);
		for (const [one, other] of [
			[near, far],
			[far, near],
		] as const) {
			sockets.add(one);
			one.on("data", (chunk) => (way.cut ? near.resetAndDestroy() : other.write(chunk)));
			one.on("error", () => other.destroy());
			one.on("close", () => {
				sockets.delete(one);
				other.destroy();
			});
		}
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	t.teardown(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	way.url = `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return way;
}

test("a driver whose check of the server hangs finds the server again", async (t) => {
	log("silent");
	const mongodb = await startMongodb({ dataDir: null });
	const way = await wayTo(t, mongodb.url);
	await connectStores(way.url);
	t.teardown(async () => {
		await disconnectStores();
		await mongodb.close();
	});
	const client = (await database("monitors", "test")).getClient();
	const items = client.db("monitors").collection("items");
	await items.insertOne({});
	for (const server of (client as unknown as Check).topology.s.servers.values()) {
		server.monitor.connection.command = () => new Promise(() => {});
		const begun = once(client as unknown as EventEmitter, "serverHeartbeatStarted");
		server.requestCheck();
		await begun;
	}
	way.cut = true;
	await t.throwsAsync(items.findOne({}));
	way.cut = false;
	await eventually(() =>
		items.findOne({}).then(
			(found) => found !== null,
			() => false,
		),
	);
	t.pass();
});
