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
		// As Node itself does it: never in the middle of an answer that is under way.
		const { _httpMessage: answer } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null };
		if (error.code === "ECONNRESET" || !socket.writable || answer?.headersSent) return void socket.destroy();
		const problem = problemOf(
			error.code === "HPE_HEADER_OVERFLOW"
				? fail("payload_too_large", {}, `The head of a request may have at most ${MAX_HEADER} bytes`)
				: fail(error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "request_timeout" : "malformed_request"),
			newId("req"),
		);
		const body = JSON.stringify(problem);
		socket.end(
			`HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\nX-Request-Id: ${problem.requestId}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
		);
	});
}
