import { createServer, type Server, type Socket } from "node:net";
import { errorReply } from "../errors.ts";
import type { Turns } from "./turns.ts";
import { type Message, readMessage, Splitter, writeReply } from "./wire.ts";

/** The open connections of a server. */
export type Listener = { port: number; close(): Promise<void> };

/** Listens, and hands every message to the turns. Rejects with a sentence when the port is taken. */
export async function listen(turns: Turns, host: string, port: number): Promise<Listener> {
	const sockets = new Set<Socket>();
	let lastId = 0;
	const server = createServer({ noDelay: true }, (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		// A peer that goes away is no fault of the server.
		socket.on("error", () => socket.destroy());
		serve(socket, turns, ++lastId);
	});
	await opened(server, host, port);
	return {
		port: (server.address() as { port: number }).port,
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}

function opened(server: Server, host: string, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => {
			reject(
				error.code === "EADDRINUSE"
					? new Error(`The port ${port} of ${host} is in use: the embedded MongoDB cannot listen there`)
					: error,
			);
		});
		server.listen(port, host, resolve);
	});
}

function serve(socket: Socket, turns: Turns, id: number): void {
	const splitter = new Splitter();
	const peer = { id, send: (bytes: Buffer) => void (socket.writable && socket.write(bytes)) };
	socket.on("data", (chunk) => {
		let messages: Buffer[];
		try {
			messages = splitter.push(chunk);
		} catch {
			socket.destroy();
			return;
		}
		for (const bytes of messages) {
			let message: Message;
			try {
				message = readMessage(bytes);
			} catch (error) {
				const refused = { id: bytes.readInt32LE(4), body: {}, sequences: undefined, answered: true, query: false };
				peer.send(writeReply(refused, errorReply(error)));
				continue;
			}
			turns.add(peer, message);
		}
	});
}
