import { parentPort, workerData } from "node:worker_threads";
import { yieldToShop } from "./priority.ts";
import { type Name, type Options, type Running, startByName } from "./stand-ins.ts";

/** What the thread is to start, in this order. `port` of the options is tried first; a free one is taken when it is not free. */
export interface Order {
	name: Name;
	options: Options;
}

/** What runs. */
export interface Started {
	name: Name;
	url: string;
	apiUrl?: string;
}

yieldToShop();
const running: Running[] = [];

async function startAny(name: Name, options: Options): Promise<Running> {
	try {
		return await startByName(name, options);
	} catch (error) {
		if (!options.port || !/already in use/.test(String(error))) throw error;
		return startByName(name, { ...options, port: 0 });
	}
}

async function start({ name, options }: Order): Promise<Started> {
	const standIn = await startAny(name, options);
	running.push(standIn);
	return { name, url: standIn.url, ...(standIn.apiUrl ? { apiUrl: standIn.apiUrl } : {}) };
}

/** The page of the sandbox shows the others, hence comes last and is told where they are. */
async function startAll(orders: Order[]): Promise<Started[]> {
	const started = await Promise.all(orders.filter(({ name }) => name !== "sandbox").map(start));
	const sandbox = orders.find(({ name }) => name === "sandbox");
	if (!sandbox) return started;
	const others = Object.fromEntries(started.map(({ name, url }) => [`${name}Url`, url]));
	const smtpApiUrl = started.find(({ name }) => name === "smtp")?.apiUrl;
	return [...started, await start({ ...sandbox, options: { ...sandbox.options, ...others, smtpApiUrl } })];
}

parentPort!.on("message", async (message: "close") => {
	if (message !== "close") return;
	await Promise.all(running.map((standIn) => standIn.close()));
	parentPort!.postMessage({ closed: true });
	parentPort!.close();
});

startAll((workerData as { orders: Order[] }).orders).then(
	(started) => parentPort!.postMessage({ started }),
	(error) => {
		throw error;
	},
);
