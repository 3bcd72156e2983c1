import type { Server } from "node:http";
import type { Socket } from "node:net";
import { fail } from "../runtime/errors.ts";
import { newId } from "../runtime/ids.ts";
import { problemOf } from "./problem.ts";

/** Bytes of a request's head: a query that is too long shall be told so by its route. */
export const MAX_HEADER = 65_536;

/** Answers what is no request, which no handler sees, and ends the connection. */
export function refuseUnreadable(server: Server): void {
	server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
		if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
		const problem = problemOf(
			error.code === "HPE_HEADER_OVERFLOW"
				? fail("payload_too_large", {}, `The head of a request may have at most ${MAX_HEADER} bytes`)
				: fail(error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "request_timeout" : "malformed_request"),
			newId("req"),
		);
		const body = JSON.stringify(problem);
		socket.end(
			`HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
		);
	});
}

/** @throws with a sentence that says what to change when the port cannot be had */
export function listen(server: Server, port: number, host: string): Promise<void> {
	server.requestTimeout = 300_000;
	server.headersTimeout = 15_000;
	server.keepAliveTimeout = 65_000;
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => {
			if (error.code === "EADDRINUSE")
				reject(new Error(`Port ${port} is in use: end what listens there, or set PORT to another one`));
			else if (error.code === "EACCES")
				reject(new Error(`Port ${port} needs rights that this process lacks: set PORT to one above 1023`));
			else if (error.code === "EADDRNOTAVAIL")
				reject(new Error(`HOST ${host} is no address of this machine: set HOST to one that is`));
			else reject(error);
		});
		server.listen(port, host, resolve);
	});
}

/** Stops listening, lets what is under way be answered, and closes what is left after ten seconds. */
export async function shut(server: Server | undefined): Promise<void> {
	if (!server?.listening) return;
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	server.closeIdleConnections();
	const rest = setTimeout(() => server.closeAllConnections(), 10_000);
	await closed;
	clearTimeout(rest);
}
