import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Order, Started } from "./providers.worker.ts";
import { type Kept, keep, openKept, type SecretName } from "./secrets.ts";
import { NAMES, type Name, type Options, type Running, startByName } from "./stand-ins.ts";

export { NAMES, type Name };

/** Which setting, when it is not set, calls for the stand-in, and the secrets that the stand-in then sets. */
const PROVIDERS: [name: Name, setting: string, secrets: SecretName[]][] = [
	["elasticsearch", "ELASTICSEARCH_URL", []],
	["stripe", "STRIPE_SECRET_KEY", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]],
	["paypal", "PAYPAL_CLIENT_ID", ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID"]],
	["easypost", "EASYPOST_API_KEY", ["EASYPOST_API_KEY", "EASYPOST_WEBHOOK_SECRET"]],
	["twilio", "TWILIO_ACCOUNT_SID", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]],
	["smtp", "SMTP_URL", []],
];

const URLS: Partial<Record<Name, string>> = {
	mongodb: "MONGODB_URL",
	elasticsearch: "ELASTICSEARCH_URL",
	stripe: "STRIPE_API_URL",
	paypal: "PAYPAL_API_URL",
	easypost: "EASYPOST_API_URL",
	twilio: "TWILIO_API_URL",
	smtp: "SMTP_URL",
	sandbox: "SANDBOX_URL",
};

export interface StandInsOptions {
	/** The settings there are; an empty one counts as not set. */
	settings: Readonly<Record<string, string | undefined>>;
	host: string;
	/** `null` keeps everything in memory. */
	dataDir: string | null;
	/** Where browsers reach the shop, if not on this machine: pages of the stand-ins are then linked below its `/sandbox`. */
	publicUrl?: string;
}

/** Types of events by provider. */
export type WantedEvents = Partial<Record<Name, readonly string[]>>;

export interface StandIns {
	/** The settings that the started stand-ins stand for, to be added to the others. */
	settings: Record<string, string>;
	/** What runs; `apiUrl` of `smtp` is where mails are read. */
	standIns: Partial<Record<Name, { url: string; apiUrl?: string }>>;
	/**
	 * Tells the providers where the shop's webhooks are: `gatewayUrl/v1/webhooks/...`.
	 * @param events the types of events that the shop wants of a provider; all of them where nothing is said
	 */
	registerWebhooks(gatewayUrl: string, events?: WantedEvents): Promise<void>;
	close(): Promise<void>;
}

/**
 * Starts what stands in for every backend whose setting is not set: MongoDB in a thread of its own, all others together in one. Keys
 * are made at the first start and kept in `dataDir/stand-ins.json`, as are the ports.
 */
export async function startStandIns(options: StandInsOptions): Promise<StandIns> {
	const { settings, host, dataDir } = options;
	// Threads read this when they start. Without a cache of what is compiled, each loads Node's type stripper: 20 MB and 100 ms more.
	process.env.NODE_COMPILE_CACHE ??= join(dataDir ?? tmpdir(), "compile-cache");
	const kept = openKept(dataDir);
	const wanted = PROVIDERS.filter(([, setting]) => !settings[setting]);
	const orders = wanted.map(([name]) => order(name, options, kept));
	if (wanted.some(([name]) => name !== "elasticsearch")) orders.push(order("sandbox", options, kept));
	const [providers, mongodb] = await bothOrNone(
		orders.length > 0 ? startThread(orders) : null,
		settings.MONGODB_URL
			? null
			: startByName("mongodb", { host, port: 0, dataDir: dataDir && join(dataDir, "mongodb") }),
	);
	const started: Started[] = [
		...(providers?.started ?? []),
		...(mongodb ? [{ name: "mongodb" as const, url: mongodb.url }] : []),
	];
	const added: Record<string, string> = {};
	for (const [, , names] of wanted) for (const name of names) added[name] = kept.secrets[name];
	for (const { name, url } of started) {
		added[URLS[name]!] = url;
		if (name !== "mongodb") kept.ports[name] = Number(new URL(url).port);
	}
	keep(dataDir, kept);
	return {
		settings: added,
		standIns: Object.fromEntries(
			started.map(({ name, url, apiUrl }) => [name, { url, ...(apiUrl ? { apiUrl } : {}) }]),
		),
		registerWebhooks: (gatewayUrl, events = {}) => registerWebhooks(started, added, gatewayUrl, events),
		async close() {
			await Promise.all([providers?.close(), mongodb?.close()]);
		},
	};
}

/** Waits for two that start; when one fails, ends the other and throws. */
async function bothOrNone<A extends Closable, B extends Closable>(
	...starting: [Promise<A> | null, Promise<B> | null]
): Promise<[A | null, B | null]> {
	const [first, second] = await Promise.allSettled(starting);
	if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
	for (const result of [first, second]) if (result.status === "fulfilled") await result.value?.close();
	throw first.status === "rejected" ? first.reason : (second as PromiseRejectedResult).reason;
}

type Closable = { close(): Promise<void> };

/** Starts one stand-in alone in this process, with any keys taken. */
export const startOne = (
	name: Name,
	options: { port: number; host: string; dataDir: string | null },
): Promise<Running> => startByName(name, options);

function order(name: Name, { settings, host, dataDir, publicUrl }: StandInsOptions, kept: Kept): Order {
	const options: Options = {
		host,
		port: kept.ports[name] ?? 0,
		dataDir: dataDir && join(dataDir, name === "elasticsearch" ? name : "providers"),
	};
	// The sandbox passes these on to the stand-ins' own pages.
	if (publicUrl && ["stripe", "paypal", "easypost"].includes(name)) {
		options.publicUrl = `${publicUrl.replace(/\/$/, "")}/sandbox/at/${name}`;
	}
	if (name === "easypost") options.apiKey = kept.secrets.EASYPOST_API_KEY;
	if (name === "twilio") {
		options.accountSid = kept.secrets.TWILIO_ACCOUNT_SID;
		options.authToken = kept.secrets.TWILIO_AUTH_TOKEN;
		options.numbers = settings.TWILIO_FROM ? [settings.TWILIO_FROM] : [];
	}
	return { name, options };
}

async function startThread(orders: Order[]): Promise<{ started: Started[]; close(): Promise<void> }> {
	const worker = new Worker(new URL("./providers.worker.ts", import.meta.url), {
		workerData: { orders },
		name: "providers",
	});
	const started = await new Promise<Started[]>((resolve, reject) => {
		worker.once("message", (message: { started: Started[] }) => resolve(message.started));
		// A failure after this must stop the process, as backends that are gone would.
		worker.once("error", (error: Error) => reject(new Error(error.message, { cause: error })));
	});
	return {
		started,
		async close() {
			const ended = new Promise((resolve) => worker.once("exit", resolve));
			worker.postMessage("close");
			await ended;
		},
	};
}

async function registerWebhooks(
	started: Started[],
	settings: Record<string, string>,
	gatewayUrl: string,
	events: WantedEvents,
): Promise<void> {
	const targets: Partial<Record<Name, object>> = {
		stripe: { secret: settings.STRIPE_WEBHOOK_SECRET },
		paypal: { id: settings.PAYPAL_WEBHOOK_ID },
		easypost: { secret: settings.EASYPOST_WEBHOOK_SECRET },
	};
	const known = started.filter(({ name }) => targets[name]);
	await Promise.all(
		known.map(({ name, url }) =>
			put(`${url}/_sandbox/webhook`, {
				...targets[name],
				url: `${gatewayUrl.replace(/\/$/, "")}/v1/webhooks/${name}`,
				events: events[name],
			}),
		),
	);
}

function put(url: string, body: object): Promise<void> {
	return new Promise((resolve, reject) => {
		const headers = { "content-type": "application/json" };
		const sent = request(url, { method: "PUT", headers, agent: false }, (response) => {
			response.resume();
			response.on("end", () => {
				if (response.statusCode === 200) resolve();
				else reject(new Error(`PUT ${url} was answered with ${response.statusCode}.`));
			});
		});
		sent.on("error", reject);
		sent.end(JSON.stringify(body));
	});
}
