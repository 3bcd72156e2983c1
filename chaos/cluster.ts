import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdirSync, rmSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { type NatsServer, startNats } from "../bin/nats.ts";
import { isAlive, type NodeProcess, startService, stopNodes, untilReady } from "../bin/nodes.ts";
import { freePort } from "../bin/ports.ts";
import { SERVICES, type ServiceName } from "../bin/services.ts";
import { WANTED_EVENTS } from "../bin/webhooks.ts";
import { type StandIns, startStandIns } from "../embedded/start.ts";

const HOST = "127.0.0.1";
const BIN = join(import.meta.dirname, "..", "bin");
const NO_NATS = "there is no nats-server on the PATH: faults need one that may be killed";

/** Providers that can be asked about themselves, and told to misbehave. */
export type Sandbox = "stripe" | "paypal" | "easypost" | "smtp";

/** The shop as it runs in production: a process a service, NATS and a database of its own, each of which may be killed. */
export class Cluster {
	readonly url: string;
	readonly namespace = `chaos${randomBytes(3).toString("hex")}`;
	readonly administrator = { email: "chaos@tradewind.test", password: randomBytes(12).toString("hex") };
	readonly logFile: string;
	readonly #folder: string;
	readonly #log: WriteStream;
	readonly #ports: { database: number };
	readonly #nodes = new Map<ServiceName, NodeProcess>();
	#database: ChildProcess | undefined;
	#nats: NatsServer | undefined;
	#providers: StandIns | undefined;
	#environment: NodeJS.ProcessEnv = {};

	private constructor(folder: string, gateway: number, database: number) {
		this.#folder = folder;
		this.#ports = { database };
		this.url = `http://${HOST}:${gateway}`;
		this.logFile = join(folder, "nodes.log");
		mkdirSync(folder, { recursive: true });
		this.#log = createWriteStream(this.logFile);
		this.#log.setMaxListeners(0);
	}

	/** Starts everything and waits until a buyer can be served. @param folder of all data, logs included */
	static async start(folder: string): Promise<Cluster> {
		const cluster = new Cluster(folder, await freePort(HOST), await freePort(HOST));
		try {
			await cluster.#start();
		} catch (error) {
			await cluster.stop();
			throw error;
		}
		return cluster;
	}

	async #start(): Promise<void> {
		await Promise.all([this.startDatabase(), this.startNats()]);
		const given = { MONGODB_URL: this.databaseUrl };
		const dataDir = join(this.#folder, "providers");
		this.#providers = await startStandIns({ settings: given, host: HOST, dataDir });
		this.#environment = {
			...process.env,
			...given,
			...this.#providers.settings,
			NATS_URL: this.natsUrl,
			PORT: new URL(this.url).port,
			DATA_DIR: this.#folder,
			NAMESPACE: this.namespace,
			TOKEN_SECRET: randomBytes(32).toString("hex"),
			ADMIN_EMAIL: this.administrator.email,
			ADMIN_PASSWORD: this.administrator.password,
			RATE_LIMIT: "off",
			LOG_LEVEL: "warn",
			NODE_ENV: "",
			NODE_ID: "",
			FAILPOINT: "",
		};
		for (const name of SERVICES) this.#run(name);
		await untilReady(this.url);
		await Promise.all([...this.#nodes.values()].map(({ running }) => running));
		await this.#providers.registerWebhooks(this.url, WANTED_EVENTS);
	}

	get databaseUrl(): string {
		return `mongodb://${HOST}:${this.#ports.database}`;
	}

	get natsUrl(): string {
		if (!this.#nats) throw new Error(NO_NATS);
		return this.#nats.url;
	}

	/** Where a stand-in is asked about itself. */
	sandbox(name: Sandbox): string {
		const found = this.#providers?.standIns[name];
		return found?.apiUrl ?? found!.url;
	}

	/** Lets a provider misbehave; null lets it be. */
	async misbehave(name: Sandbox, faults: object | null): Promise<void> {
		const { ok, status } = await fetch(`${this.sandbox(name)}/_sandbox/faults`, {
			method: faults ? "PUT" : "DELETE",
			...(faults ? { headers: { "content-type": "application/json" }, body: JSON.stringify(faults) } : {}),
		});
		if (!ok) throw new Error(`${name} does not take ${JSON.stringify(faults)}: ${status}`);
	}

	#run(name: ServiceName, failpoint = ""): NodeProcess {
		const node = startService(name, { ...this.#environment, FAILPOINT: failpoint }, this.#log);
		this.#log.write(`--- ${new Date().toISOString()} ${name} starts ${failpoint}\n`);
		this.#nodes.set(name, node);
		return node;
	}

	/** Starts a service that does not run, or runs no more, and waits until it runs. */
	async startService(name: ServiceName): Promise<void> {
		await this.#run(name).running;
	}

	/** Puts a process with a failpoint in the place of a service's. */
	async arm(name: ServiceName, failpoint: string): Promise<{ ended: Promise<void> }> {
		await stopNodes([this.#nodes.get(name)!]);
		const node = this.#run(name, failpoint);
		await node.running;
		return { ended: node.exited };
	}

	async kill(name: ServiceName): Promise<void> {
		const node = this.#nodes.get(name)!;
		node.process.kill("SIGKILL");
		await node.exited;
		this.#log.write(`--- ${new Date().toISOString()} ${name} was killed\n`);
	}

	/** Services whose process has ended although nobody meant it to. */
	dead(): ServiceName[] {
		return [...this.#nodes].filter(([, node]) => !isAlive(node)).map(([name]) => name);
	}

	async startDatabase(): Promise<void> {
		const args = ["mongodb", "--host", HOST, "--port", String(this.#ports.database)];
		const child = spawn(
			process.execPath,
			[join(BIN, "embedded.ts"), ...args, "--data", join(this.#folder, "mongodb")],
			{ stdio: ["ignore", "pipe", "pipe"] },
		);
		child.stderr.pipe(this.#log, { end: false });
		await new Promise<void>((resolve, reject) => {
			child.stdout.once("data", () => resolve());
			child.once("exit", () => reject(new Error("the database does not start")));
		});
		this.#database = child;
	}

	killDatabase(): Promise<void> {
		return killed(this.#database);
	}

	async startNats(): Promise<void> {
		const port = this.#nats ? Number(new URL(this.#nats.url).port) : 0;
		const server = await startNats(this.#folder, port);
		if (!server) throw new Error(NO_NATS);
		this.#nats = server;
	}

	async killNats(): Promise<void> {
		await this.#nats?.stop("SIGKILL");
	}

	/**
	 * Deletes all streams; only while NATS does not run.
	 * @param look reads them once more before, at a server that the shop does not know
	 */
	async deleteNatsStore(look: (url: string) => Promise<void>): Promise<void> {
		const aside = await startNats(this.#folder);
		try {
			await look(aside!.url);
		} finally {
			await aside?.stop("SIGKILL");
		}
		rmSync(join(this.#folder, "nats"), { recursive: true, force: true });
	}

	async stop(): Promise<void> {
		await stopNodes([...this.#nodes.values()]);
		await this.#providers?.close();
		await Promise.all([this.killNats(), killed(this.#database)]);
		this.#log.end();
	}
}

async function killed(child: ChildProcess | undefined): Promise<void> {
	if (!child || child.exitCode !== null || child.signalCode !== null) return;
	const exited = new Promise((resolve) => child.once("exit", resolve));
	child.kill("SIGKILL");
	await exited;
}
