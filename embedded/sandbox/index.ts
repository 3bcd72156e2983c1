import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { type HttpAnswer, type Route, type StandIn, serve } from "../http.ts";
import { router } from "../router.ts";
import { apiRoutes } from "./api.ts";
import { passRoutes } from "./pass.ts";

/** Where the stand-ins are that the page shows; one that is missing is left out. */
export interface SandboxOptions {
	host?: string;
	port?: number;
	/** The path under which the gateway shows the page. */
	basePath?: string;
	smtpApiUrl?: string;
	twilioUrl?: string;
	easypostUrl?: string;
	stripeUrl?: string;
	paypalUrl?: string;
}

const CSP = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
const FILES = { "": "index.html", "app.js": "app.js", "style.css": "style.css" };
const TYPES: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };

/**
 * The page of everything the stand-ins received, and its JSON API below `basePath/api`: `GET mails?to=`, `GET mails/:id`,
 * `GET messages?to=`, `GET parcels`, `GET parcels/:code/label`, `POST parcels/:code/advance { status? }`, `GET approvals`,
 * `POST approvals/paypal/:id`, `POST approvals/stripe/:id { outcome }`.
 */
export async function startSandbox(options: SandboxOptions): Promise<StandIn> {
	const basePath = options.basePath ?? "/sandbox";
	const agent = new Agent({ keepAlive: true, maxSockets: 8 });
	const toPage: HttpAnswer = { status: 302, headers: { location: `${basePath}/` } };
	const routes: Route[] = [
		["GET", "/", () => toPage],
		["GET", basePath, () => toPage],
		...Object.entries(FILES).map(([path, file]): Route => ["GET", `${basePath}/${path}`, () => page(file)]),
		...apiRoutes(`${basePath}/api`, options, agent),
		...passRoutes(`${basePath}/at`, options, agent),
	];
	const handle = router(routes, () => ({ status: 404, body: { message: "There is nothing here." } }));
	const server = await serve({
		...(options.host ? { host: options.host } : {}),
		port: options.port ?? 0,
		handle,
		onError: (error) => ({ status: 502, body: { message: error instanceof Error ? error.message : String(error) } }),
	});
	return {
		url: server.url,
		async close() {
			await server.close();
			agent.destroy();
		},
	};
}

function page(file: string): HttpAnswer {
	const type = TYPES[file.split(".")[1]!]!;
	return {
		status: 200,
		headers: {
			"content-type": `${type}; charset=utf-8`,
			"content-security-policy": CSP,
			"x-content-type-options": "nosniff",
			"cache-control": "no-cache",
		},
		body: readFileSync(join(import.meta.dirname, "page", file)),
	};
}
