import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Context, ServiceSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import { Registry, register } from "prom-client";
import { fail } from "../runtime/errors.ts";
import { IdempotencyRecords } from "../runtime/idempotency.ts";
import { newId } from "../runtime/ids.ts";
import { log } from "../runtime/log.ts";
import { type Host, service } from "../runtime/service.ts";
import { database } from "../runtime/store/connection.ts";
import { nextSpan, readTrace, within, writeTrace } from "../runtime/trace.ts";
import { contracts } from "../schemas/index.ts";
import { acceptable } from "./accept.ts";
import { proxiesOf } from "./client-address.ts";
import { crossOrigin, originsOf } from "./cors.ts";
import { deadLetterActions } from "./dead-letters.ts";
import { KeptBody } from "./encoding.ts";
import { Streams } from "./event-stream.ts";
import type { Exchange, Gateway } from "./exchange.ts";
import { sendJson, sendReadiness } from "./health.ts";
import { HandOvers } from "./import.ts";
import { Metrics } from "./metrics.ts";
import { openapi } from "./openapi.ts";
import { Overload, refuse } from "./overload.ts";
import { servePage } from "./pages.ts";
import { personActions } from "./personal-data.ts";
import { priorityOf, priorityOfPath } from "./priority.ts";
import { sendProblem } from "./problem.ts";
import { RateLimiter } from "./rate-limit.ts";
import { passToSandbox } from "./sandbox.ts";
import { securityHeaders } from "./security.ts";
import { serve } from "./serve.ts";
import { LOOK_EVERY, listen, shut } from "./server.ts";
import { sharedCounts } from "./shared-counts.ts";
import { type Match, Table } from "./table.ts";
import { MAX_HEADER, refuseUnreadable } from "./unreadable.ts";
import { receiveWebhook } from "./webhooks.ts";

/** What is read and nothing else; the sandbox's routes are its own. */
const READ_ONLY = /^\/(health\/live|health\/ready|metrics|openapi\.json|docs|docs\/.*)?$/;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

interface Routed extends IncomingMessage {
	$ctx: Context;
	match: Match;
	query_: string;
	requestId: string;
}

/** The shop's front door: route and auth. Routes are read off the contracts. */
export default service({
	name: "gateway",
	actions: [...deadLetterActions, ...personActions],
	schema(host: Host) {
		const { settings } = host;
		const proxies = proxiesOf(settings.TRUST_PROXY);
		const origins = originsOf(settings.CORS_ORIGINS);
		const secure = settings.PUBLIC_URL.startsWith("https:");
		const table = new Table(contracts);
		const document = new KeptBody(JSON.stringify(openapi(contracts, "1.0.0")));
		const metrics = new Metrics(() => host.relay.pending());
		const logger = log(settings.LOG_LEVEL);
		const priorities = new Map(table.entries.map(({ contract }) => [contract, priorityOf(contract)]));
		const overload = settings.SHED_LOAD === "on" ? new Overload() : null;
		if (overload) metrics.watch(overload);
		let gateway: Gateway;
		let server: Server;
		let leaving = false;

		/** Sends the clients elsewhere, answers those that have not heard of it, and lets what is under way be answered. */
		async function leave(): Promise<void> {
			leaving = true;
			gateway?.streams.stop();
			await wait(Number(settings.DRAIN_SECONDS) * 1_000);
			await shut(server);
			await gateway?.handOvers.stop();
		}

		/** Serves a request that moleculer-web has put into a context of its own. */
		async function handle(request: Routed, response: ServerResponse): Promise<void> {
			const started = performance.now();
			const { match, requestId } = request;
			let name = "none";
			// Who asks may trace it; where spans are wanted everything is.
			const asking = readTrace(request.headers.traceparent);
			const trace = asking || host.spans ? nextSpan(asking) : null;
			try {
				if (match.kind === "method") refuseMethod(response, match.allow);
				if (match.kind === "none") {
					await other(request, response);
					return;
				}
				name = match.entry.contract.name;
				const { status, produces = "application/json" } = match.entry.route;
				if (status !== 204) acceptable(request.headers.accept, produces);
				const meta = Object.assign(request.$ctx.meta as object, { requestId }) as Exchange["meta"];
				const from = request.$ctx as unknown as Exchange["from"];
				const exchange: Exchange = {
					gateway,
					request,
					response,
					entry: match.entry,
					path: match.params,
					query: request.query_,
					meta,
					from,
				};
				if (trace) response.setHeader("traceresponse", writeTrace(trace));
				await within(trace, () => serve(exchange));
			} catch (error) {
				const problem = sendProblem(response, error, requestId);
				if (problem.status >= 500)
					logger.error(
						{ err: error, requestId, traceId: trace?.id, contract: name },
						`${request.method} ${pathOf(request.url ?? "/")} failed`,
					);
			} finally {
				const took = performance.now() - started;
				metrics.count(name, response.statusCode, took);
				if (trace && host.spans) {
					const error = response.statusCode >= 500 ? String(response.statusCode) : null;
					const [end, parent] = [Date.now(), asking?.span ?? null];
					host.spans.add({ trace, parent, service: "gateway", name: `gateway ${name}`, start: end - took, end, error });
				}
			}
		}

		/** What is not a contract's route: webhooks, health, documents, pages. */
		async function other(request: Routed, response: ServerResponse): Promise<void> {
			const url = request.url ?? "/";
			const pathname = url.split("?", 1)[0] as string;
			const missing = () => void sendProblem(response, fail("not_found"), request.requestId);
			const webhook = /^\/v1\/webhooks\/(\w+)$/.exec(pathname)?.[1];
			if (webhook && request.method === "POST") return receiveWebhook(gateway, request, response, webhook);
			if (webhook) refuseMethod(response, ["POST"]);
			if (READ_ONLY.test(pathname) && request.method !== "GET" && request.method !== "HEAD")
				refuseMethod(response, ["GET", "HEAD"]);
			if (pathname === "/health/live") return sendJson(response, 200, { status: "ok" });
			if (pathname === "/health/ready") return sendReadiness(host, response, !leaving);
			if (pathname === "/metrics") {
				response.setHeader("Content-Type", metrics.registry.contentType);
				response.end(await Registry.merge([metrics.registry, register]).metrics());
				return;
			}
			if (pathname === "/openapi.json")
				return document.send(request, response, { "Content-Type": "application/json; charset=utf-8" });
			if (settings.SANDBOX_URL && /^\/sandbox(\/|$)/.test(pathname)) {
				return passToSandbox(settings.SANDBOX_URL, request, response, () =>
					sendProblem(response, fail("unavailable"), request.requestId),
				);
			}
			if (!(await servePage(request, response, pathname, missing))) missing();
		}

		/** Whether a request may be worked on; if not, it was answered. */
		function admit(overload: Overload, request: Routed, response: ServerResponse): boolean {
			const { match } = request;
			const priority =
				match.kind === "found" ? priorities.get(match.entry.contract) : priorityOfPath(pathOf(request.url ?? "/"));
			if (!priority) return true;
			const admitted = overload.admit(priority);
			if (admitted) response.once("close", () => overload.done(admitted));
			else refuse(request, response, request.requestId);
			return admitted !== null;
		}

		const everything = { path: "/", methods: [] as string[] };
		return {
			mixins: [ApiGateway as unknown as ServiceSchema],
			// It listens when those beside it can answer; what runs elsewhere may come later.
			dependencies: host.services.filter((name) => name !== "gateway"),
			settings: {
				server: false,
				routes: [
					{ path: "/", mappingPolicy: "restrict", bodyParsers: false, logging: false, aliases: { "* /": handle } },
				],
				logRequest: null,
				logResponse: null,
				logRouteRegistration: null,
			},
			// These two belong to whoever may steer the gateway, which is nobody: its routes are the contracts'.
			actions: { listAliases: false, addRoute: false, removeRoute: false },
			methods: {
				parseQueryString(request: Routed) {
					const url = request.url ?? "/";
					const mark = url.indexOf("?");
					request.query_ = mark === -1 ? "" : url.slice(mark + 1);
					return { url: mark === -1 ? url : url.slice(0, mark), query: {} };
				},
				resolveAlias(this: { aliases: unknown[] }) {
					return { alias: this.aliases[0], params: everything };
				},
			},
			async started(this: {
				express(): (request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => void;
			}) {
				const store = await database(settings.NAMESPACE, "gateway");
				const records = await IdempotencyRecords.open(store);
				gateway = {
					from: host.broker as unknown as Gateway["from"],
					limiter: settings.RATE_LIMIT === "on" ? new RateLimiter(host.sole ? null : await sharedCounts(store)) : null,
					proxies,
					records,
					streams: new Streams(),
					handOvers: new HandOvers(),
					origin: settings.PUBLIC_URL
						? settings.PUBLIC_URL.replace(/\/$/, "")
						: `http://${settings.HOST}:${settings.PORT}`,
					dataDir: settings.DATA_DIR,
				};
				const express = this.express();
				server = createServer(
					{ maxHeaderSize: MAX_HEADER, connectionsCheckingInterval: LOOK_EVERY },
					(incoming, response) => {
						const request = incoming as Routed;
						const given = request.headers["x-request-id"];
						request.requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : newId("req");
						if (leaving) response.shouldKeepAlive = false;
						const match = table.match(request.method ?? "GET", pathOf(request.url ?? "/"));
						request.match = match;
						const allow = match.kind === "method" ? match.allow : [];
						if (crossOrigin(origins, request, response, allow)) return;
						if (overload && !admit(overload, request, response)) return;
						request.headers["x-request-id"] = request.requestId;
						response.setHeader("X-Request-Id", request.requestId);
						securityHeaders(request, response, secure);
						express(
							request,
							response,
							(error) => void sendProblem(response, error ?? fail("not_found"), request.requestId),
						);
					},
				);
				refuseUnreadable(server);
				host.beforeStop(leave);
				await listen(server, Number(settings.PORT), settings.HOST);
			},
			async stopped() {
				await shut(server);
				overload?.stop();
			},
		};
	},
});

function refuseMethod(response: ServerResponse, allowed: string[]): never {
	response.setHeader("Allow", allowed.join(", "));
	throw fail("method_not_allowed");
}

function pathOf(url: string): string {
	const mark = url.indexOf("?");
	const path = mark === -1 ? url : url.slice(0, mark);
	return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
