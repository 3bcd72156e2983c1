import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { StandIn, StandInOptions } from "../http.ts";
import { ElasticError, illegal } from "./errors.ts";
import { Indices } from "./index/indices.ts";
import { type RestAnswer, routes } from "./rest/routes.ts";

// As Elasticsearch's http.max_content_length, which bulk requests need.
const BODY_LIMIT = 100 << 20;
const EMPTY = Buffer.alloc(0);

/**
 * Starts a server that answers the part of Elasticsearch 9's REST API that a shop's search needs, to the unmodified client.
 * All is kept in memory and gone after `close`: an index is filled from where the truth lives. What is not supported is
 * answered 400 with a parsing_exception that names it.
 */
export async function startElasticsearch({
	host = "127.0.0.1",
	port = 0,
}: Partial<StandInOptions> = {}): Promise<StandIn> {
	const answer = routes(new Indices(), `embedded-${randomBytes(4).toString("hex")}`);
	const server = createServer((incoming, response) => {
		read(incoming, (body) => {
			const { status, body: text } = body === null ? tooLarge() : handled(answer, incoming, body);
			send(response, incoming, status, text);
		});
	});
	server.keepAliveTimeout = 75_000;
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, host, resolve);
	});
	return {
		url: `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function handled(answer: ReturnType<typeof routes>, incoming: IncomingMessage, raw: Buffer): RestAnswer {
	try {
		const url = incoming.url ?? "/";
		const mark = url.indexOf("?");
		const path = mark < 0 ? url : url.slice(0, mark);
		return answer({
			method: incoming.method ?? "GET",
			segments: path.split("/").filter(Boolean).map(decoded),
			query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
			body: incoming.headers["content-encoding"] === "gzip" ? gunzipSync(raw, { maxOutputLength: BODY_LIMIT }) : raw,
		});
	} catch (error) {
		if (error instanceof ElasticError) return { status: error.status, body: error.body() };
		console.error(`${incoming.method} ${incoming.url}`, error);
		return {
			status: 500,
			body: new ElasticError(500, "exception", "The embedded server failed; its log has the reason.").body(),
		};
	}
}

function send(response: ServerResponse, incoming: IncomingMessage, status: number, body: string): void {
	if (response.destroyed) return;
	const asked = incoming.headers.accept ?? incoming.headers["content-type"] ?? "";
	response.writeHead(status, {
		"x-elastic-product": "Elasticsearch",
		"content-type": asked.includes("vnd.elasticsearch")
			? "application/vnd.elasticsearch+json;compatible-with=9"
			: "application/json",
		"content-length": Buffer.byteLength(body),
	});
	response.end(incoming.method === "HEAD" ? undefined : body);
}

function read(incoming: IncomingMessage, done: (body: Buffer | null) => void): void {
	const chunks: Buffer[] = [];
	let size = 0;
	incoming.on("data", (chunk: Buffer) => {
		size += chunk.length;
		if (size <= BODY_LIMIT) chunks.push(chunk);
		else chunks.length = 0;
	});
	incoming.on("end", () => {
		if (size > BODY_LIMIT) done(null);
		else done(chunks.length === 0 ? EMPTY : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
	});
	incoming.on("error", () => {});
}

function tooLarge(): RestAnswer {
	return {
		status: 413,
		body: new ElasticError(413, "too_large_exception", "The request body is over 100 MiB.").body(),
	};
}

function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		throw illegal(`the path segment [${segment}] can not be decoded`);
	}
}
