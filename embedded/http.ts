import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How every stand-in is started. `dataDir: null` keeps its state in memory; `publicUrl` is what browsers reach it by. */
export type StandInOptions = { host?: string; port?: number; dataDir: string | null; publicUrl?: string };
/** A running stand-in. `close` ends keep-alive sockets and flushes its state. */
export type StandIn = { url: string; close(): Promise<void> };

export type HttpRequest = {
	method: string;
	/** Without the query, not decoded. */
	path: string;
	/** The `:name` segments of the route, decoded. */
	params: Record<string, string>;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	raw: Buffer;
};
/** An object is sent as JSON, a string as it is (text/html unless `headers` say otherwise), nothing as an empty body. */
export type HttpAnswer = { status: number; headers?: Record<string, string>; body?: object | string | Buffer };
/** `null` leaves the caller without an answer until it gives up. */
export type HttpResult = HttpAnswer | null | Promise<HttpAnswer | null>;
export type HttpHandler = (request: HttpRequest) => HttpResult;
export type Route = [method: string, pattern: string, handler: HttpHandler];

const BODY_LIMIT = 1 << 20;
const EMPTY = Buffer.alloc(0);

/**
 * Serves `handle` over HTTP/1.1 with keep-alive, on a free port when `port` is 0. Rejects with a sentence when the port is taken.
 * What `handle` throws is answered by `onError`, or 500.
 */
export function serve(options: {
	host?: string;
	port?: number;
	handle: HttpHandler;
	onError?: (error: unknown, request: HttpRequest) => HttpAnswer;
}): Promise<{ url: string; port: number; close(): Promise<void> }> {
	const { host = "127.0.0.1", port = 0, handle } = options;
	const onError = options.onError ?? internalError;
	const server = createServer((incoming, response) => {
		read(incoming, (raw) => {
			if (raw === null) {
				send(response, {
					status: 413,
					headers: { connection: "close" },
					body: { message: "The request body is over 1 MiB." },
				});
				return;
			}
			const request = describe(incoming, raw);
			try {
				const result = handle(request);
				if (result instanceof Promise) {
					result.then(
						(answer) => send(response, answer),
						(error) => send(response, onError(error, request)),
					);
				} else send(response, result);
			} catch (error) {
				send(response, onError(error, request));
			}
		});
	});
	// Longer than the pools of the SDKs keep a socket, so that it is never they who meet a closed one.
	server.keepAliveTimeout = 75_000;
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => {
			const taken = error.code === "EADDRINUSE";
			reject(taken ? new Error(`Port ${port} on ${host} is already in use; choose another port.`) : error);
		});
		server.listen(port, host, () => {
			const bound = (server.address() as AddressInfo).port;
			resolve({
				url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
				port: bound,
				close: () =>
					new Promise((done) => {
						server.close(() => done());
						server.closeAllConnections();
					}),
			});
		});
	});
}

function read(incoming: IncomingMessage, done: (raw: Buffer | null) => void): void {
	const chunks: Buffer[] = [];
	let size = 0;
	let over = false;
	incoming.on("data", (chunk: Buffer) => {
		size += chunk.length;
		if (over) return;
		if (size > BODY_LIMIT) {
			over = true;
			done(null);
		} else chunks.push(chunk);
	});
	incoming.on("end", () => {
		if (!over) done(chunks.length === 0 ? EMPTY : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
	});
	incoming.on("error", () => {});
}

function describe(incoming: IncomingMessage, raw: Buffer): HttpRequest {
	const url = incoming.url ?? "/";
	const mark = url.indexOf("?");
	return {
		method: incoming.method ?? "GET",
		path: mark < 0 ? url : url.slice(0, mark),
		params: {},
		query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
		headers: incoming.headers,
		raw,
	};
}

function send(response: ServerResponse, answer: HttpAnswer | null): void {
	if (answer === null || response.destroyed) return;
	const { status, headers, body } = answer;
	if (body === undefined) {
		response.writeHead(status, { "content-length": 0, ...headers }).end();
		return;
	}
	const plain = typeof body === "string" || Buffer.isBuffer(body);
	const payload = plain ? body : JSON.stringify(body);
	const type = plain ? "text/html; charset=utf-8" : "application/json";
	response.writeHead(status, {
		"content-type": type,
		"content-length": Buffer.byteLength(payload),
		...headers,
	});
	response.end(payload);
}

function internalError(error: unknown, request: HttpRequest): HttpAnswer {
	console.error(`${request.method} ${request.path}`, error);
	return { status: 500, body: { message: "The stand-in failed; its log has the reason." } };
}
