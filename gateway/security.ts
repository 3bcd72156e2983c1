import type { IncomingMessage, ServerResponse } from "node:http";

/** Pages and what they load come from the shop itself; a form may lead on to a provider's page. */
const STRICT = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: https:",
	"font-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"worker-src 'self'",
	"frame-src 'none'",
	"object-src 'none'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	"form-action 'self' http://127.0.0.1:* https:",
].join("; ");
/** The API viewer sets styles of its own; it runs no script but its own. */
const VIEWER = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
/** What is no page loads nothing, whatever a browser takes it for. */
const DATA = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const FEATURES =
	"accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), usb=()";

/** Two years, as browsers' preload lists ask for. */
const TLS_ONLY = "max-age=63072000; includeSubDomains";

/**
 * What browsers are told of every answer.
 * @param secure whether buyers reach the shop by https, so that they never shall by http
 */
export function securityHeaders(request: IncomingMessage, response: ServerResponse, secure: boolean): void {
	response.setHeader("X-Content-Type-Options", "nosniff");
	if (secure) response.setHeader("Strict-Transport-Security", TLS_ONLY);
	const url = request.url ?? "/";
	if (url.startsWith("/v1/")) {
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("Content-Security-Policy", DATA);
		response.setHeader("Referrer-Policy", "no-referrer");
		return;
	}
	response.setHeader("Referrer-Policy", "same-origin");
	// The sandbox has rules of its own: it shows mails in a frame.
	if (/^\/sandbox(\/|\?|$)/.test(url)) return;
	response.setHeader("Content-Security-Policy", /^\/docs(\/|\?|$)/.test(url) ? VIEWER : STRICT);
	response.setHeader("X-Frame-Options", "DENY");
	response.setHeader("Permissions-Policy", FEATURES);
	// A page that opened the shop, or that it opened, cannot reach into it; pictures may be shown elsewhere, in mails say.
	response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
	response.setHeader("Cross-Origin-Resource-Policy", /^\/(images|icons)\//.test(url) ? "cross-origin" : "same-origin");
}
