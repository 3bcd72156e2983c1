import { type IncomingMessage, request as open, type ServerResponse } from "node:http";

/** Passes a request on to the stand-ins' own page; nothing is kept of it. */
export function passToSandbox(
	sandbox: string,
	incoming: IncomingMessage,
	response: ServerResponse,
	missing: (error: Error) => void,
): void {
	const target = new URL(incoming.url ?? "/", sandbox);
	const { host: _host, connection: _connection, ...headers } = incoming.headers;
	const outgoing = open(target, { method: incoming.method, headers }, (answer) => {
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(response);
	});
	outgoing.on("error", missing);
	incoming.pipe(outgoing);
}
