import type { Agent } from "node:http";
import type { HttpHandler, Route } from "../http.ts";
import { ask } from "./ask.ts";
import type { SandboxOptions } from "./index.ts";

// What a buyer's browser may reach of a stand-in; its API and its control routes it may not.
const PAGES = {
	stripe: [
		["GET", "/_sandbox/3ds/:id"],
		["POST", "/_sandbox/3ds/:id"],
	],
	paypal: [
		["GET", "/checkoutnow"],
		["POST", "/checkoutnow"],
		["GET", "/v1/notifications/certs/:id"],
	],
	easypost: [["GET", "/labels/:shipment/:file"]],
} as const;

/** Passes the stand-ins' own pages on, for browsers that cannot reach the stand-ins themselves. */
export function passRoutes(base: string, options: SandboxOptions, agent: Agent): Route[] {
	const origins = { stripe: options.stripeUrl, paypal: options.paypalUrl, easypost: options.easypostUrl };
	return Object.entries(PAGES).flatMap(([name, pages]) => {
		const origin = origins[name as keyof typeof PAGES];
		if (!origin) return [];
		const prefix = `${base}/${name}`;
		const handler: HttpHandler = (request) => {
			const query = request.query.size > 0 ? `?${request.query}` : "";
			const type = request.headers["content-type"];
			return ask(agent, {
				method: request.method,
				url: `${origin}${request.path.slice(prefix.length)}${query}`,
				...(type ? { headers: { "content-type": type } } : {}),
				...(request.raw.length > 0 ? { body: request.raw } : {}),
			});
		};
		return pages.map(([method, path]): Route => [method, `${prefix}${path}`, handler]);
	});
}
