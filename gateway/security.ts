import type { IncomingMessage, ServerResponse } from "node:http";

const STRICT =
	"default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' http://127.0.0.1:* https:";
/** The API viewer sets styles of its own; it runs no script but its own. */
const VIEWER = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

export function securityHeaders(request: IncomingMessage, response: ServerResponse): void {
	response.setHeader("X-Content-Type-Options", "nosniff");
	const url = request.url ?? "/";
	if (url.startsWith("/v1/")) {
		response.setHeader("Cache-Control", "no-store");
		return;
	}
	response.setHeader("Referrer-Policy", "same-origin");
	// The sandbox has rules of its own: it shows mails in a frame.
	if (/^\/sandbox(\/|\?|$)/.test(url)) return;
	response.setHeader("Content-Security-Policy", url.startsWith("/docs") ? VIEWER : STRICT);
	response.setHeader("X-Frame-Options", "DENY");
}
