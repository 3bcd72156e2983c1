import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Transporters } from "moleculer";

/** The longest path that a Unix socket may have everywhere. */
const LONGEST = 100;

/** Where the shop of a data folder is reached by operators of this machine. */
export function operatorSocket(dataDir: string): string {
	const hash = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 16);
	if (process.platform === "win32") return `\\\\.\\pipe\\tradewind-${hash}`;
	const path = resolve(dataDir, "operator.sock");
	return path.length <= LONGEST ? path : join(tmpdir(), `tradewind-${hash}.sock`);
}

interface Peer {
	socket: Socket;
	topics: Set<string>;
}

/**
 * Moleculer's transport between the one process of a shop without NATS and the REPLs of its operators: lines over a
 * socket that only the shop's user may open. `S topic` subscribes, `P topic json` publishes.
 */
export class LocalTransporter extends Transporters.Base {
	readonly #path: string;
	readonly #role: "shop" | "operator";
	readonly #commands = new Map<string, string>();
	readonly #peers = new Set<Peer>();
	#server: Server | undefined;

	private constructor(path: string, role: "shop" | "operator") {
		super();
		this.#path = path;
		this.#role = role;
	}

	/** @throws with a sentence when another shop has the socket, or for an operator when there is no shop */
	static async open(path: string, role: "shop" | "operator"): Promise<LocalTransporter> {
		const transporter = new LocalTransporter(path, role);
		if (role === "operator") await transporter.#join();
		else await transporter.#listen();
		return transporter;
	}

	override async connect(): Promise<void> {
		await this.onConnected();
	}

	async #join(): Promise<void> {
		const socket = await opened(this.#path).catch(() => {
			throw new Error(
				"No shop runs on this data folder: start it with npm start, or set DATA_DIR or NATS_URL to the one that does",
			);
		});
		this.#add(socket);
	}

	async #listen(): Promise<void> {
		const live = await opened(this.#path).then(
			(socket) => socket.destroy(),
			() => null,
		);
		if (live) throw new Error("Another shop runs on this data folder: stop it, or set DATA_DIR to another folder");
		if (process.platform !== "win32") {
			mkdirSync(dirname(this.#path), { recursive: true });
			rmSync(this.#path, { force: true });
		}
		const server = createServer((socket) => {
			const peer = this.#add(socket);
			for (const topic of this.#commands.keys()) peer.socket.write(`S ${topic}\n`);
		});
		this.#server = server;
		await new Promise<void>((done, failed) => {
			server.once("error", failed);
			server.listen(this.#path, done);
		});
		server.unref();
		if (process.platform !== "win32") chmodSync(this.#path, 0o600);
	}

	#add(socket: Socket): Peer {
		const peer: Peer = { socket, topics: new Set() };
		this.#peers.add(peer);
		socket.on("error", () => socket.destroy());
		socket.on("close", () => this.#peers.delete(peer));
		createInterface({ input: socket }).on("line", (line) => this.#onLine(peer, line));
		return peer;
	}

	#onLine(from: Peer, line: string): void {
		const end = line.indexOf(" ", 2);
		if (line[0] === "S") {
			from.topics.add(line.slice(2));
			return;
		}
		const topic = line.slice(2, end);
		const data = Buffer.from(line.slice(end + 1));
		const command = this.#commands.get(topic);
		if (command) void this.receive(command, data);
		if (this.#role === "shop") this.#publish(topic, data, from);
	}

	#publish(topic: string, data: Buffer, except?: Peer): void {
		for (const peer of this.#peers) {
			if (peer !== except && peer.topics.has(topic)) peer.socket.write(`P ${topic} ${data.toString("utf8")}\n`);
		}
	}

	override async subscribe(command: string, nodeId?: string): Promise<void> {
		const topic = this.getTopicName(command, nodeId);
		this.#commands.set(topic, command);
		for (const { socket } of this.#peers) socket.write(`S ${topic}\n`);
	}

	override async send(topic: string, data: Buffer): Promise<void> {
		if (this.#role === "shop") this.#publish(topic, data);
		else for (const { socket } of this.#peers) socket.write(`P ${topic} ${data.toString("utf8")}\n`);
	}

	override async subscribeBalancedRequest(): Promise<void> {
		// Moleculer's own balancer is used: nothing is balanced here.
	}

	override async subscribeBalancedEvent(): Promise<void> {
		// as above
	}

	override async disconnect(): Promise<void> {
		this.connected = false;
		for (const { socket } of this.#peers) socket.destroy();
		await new Promise<void>((done) => (this.#server ? this.#server.close(() => done()) : done()));
	}
}

function opened(path: string): Promise<Socket> {
	return new Promise((done, failed) => {
		const socket = connect(path, () => done(socket));
		socket.once("error", failed);
	});
}
