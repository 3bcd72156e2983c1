import { parseBody } from "./form.ts";
import type { HttpAnswer, HttpHandler, HttpRequest, HttpResult, Route } from "./http.ts";
import type { State } from "./state.ts";
import type { Outgoing, WebhookFaults } from "./webhooks.ts";

/**
 * `PUT /_sandbox/faults`. They hit requests whose path begins with `path`, each with the probability `rate` (1).
 * `delayMs`: later. `status`: that status, nothing done. `rubbish`: 200 with a body that is no JSON, nothing done.
 * `timeoutAfterSuccess`: all is done, no answer ever comes. `webhook*`: see WebhookFaults.
 */
export type Faults = {
	delayMs?: number;
	status?: number;
	rubbish?: boolean;
	rate?: number;
	path?: string;
	timeoutAfterSuccess?: boolean;
	webhookDelayMs?: number;
	webhookRepeat?: number;
	webhookShuffle?: boolean;
};

export type FaultControl = {
	/** Passes the request to `work`, unless a fault hits it. `refuse` gives a status in the provider's own shape. */
	around(request: HttpRequest, work: HttpHandler, refuse: (status: number) => HttpAnswer): HttpResult;
	webhooks(): WebhookFaults;
	/** The control routes below `/_sandbox`, for the provider's router. They need no key. */
	routes(webhooks?: Outgoing): Route[];
};

const NUMBERS = ["delayMs", "status", "rate", "webhookDelayMs", "webhookRepeat"];
const FLAGS = ["rubbish", "timeoutAfterSuccess", "webhookShuffle"];
const RUBBISH: HttpAnswer = { status: 200, headers: { "content-type": "application/json" }, body: "<html>\u0000{]" };

/** Faults a stand-in can be told to have; they end with the process. */
export function faultControl(state: State): FaultControl {
	let faults: Faults | null = null;

	return {
		around(request, work, refuse) {
			if (faults === null || request.path.startsWith("/_sandbox")) return work(request);
			const { path = "", rate = 1, delayMs = 0, status, rubbish, timeoutAfterSuccess } = faults;
			if (!request.path.startsWith(path) || Math.random() >= rate) return work(request);
			const run = (): HttpResult => {
				if (status !== undefined) return refuse(status);
				if (rubbish) return RUBBISH;
				if (!timeoutAfterSuccess) return work(request);
				return Promise.resolve(work(request)).then(() => null);
			};
			if (delayMs <= 0) return run();
			// What the work throws must reach the server, which answers it: thrown in a timer it would end the process.
			return new Promise<void>((resolve) => setTimeout(resolve, delayMs)).then(() => (state.closed ? null : run()));
		},
		webhooks: () => ({
			delayMs: faults?.webhookDelayMs ?? 0,
			repeat: faults?.webhookRepeat ?? 1,
			shuffle: faults?.webhookShuffle ?? false,
		}),
		routes: (webhooks) => [
			[
				"PUT",
				"/_sandbox/faults",
				(request) => {
					const wanted = parseBody(request);
					const wrong = Object.keys(wanted).find((key) => !isFault(key, wanted[key]));
					if (wrong) return { status: 400, body: { message: `There is no fault "${wrong}" with such a value.` } };
					faults = wanted;
					return { status: 200, body: wanted };
				},
			],
			[
				"DELETE",
				"/_sandbox/faults",
				() => {
					faults = null;
					return { status: 204 };
				},
			],
			["GET", "/_sandbox/faults", () => ({ status: 200, body: faults ?? {} })],
			["GET", "/_sandbox/state", () => ({ status: 200, body: state.dump() })],
			...(webhooks ? targetRoutes(webhooks) : []),
		],
	};
}

function targetRoutes(webhooks: Outgoing): Route[] {
	return [
		[
			"PUT",
			"/_sandbox/webhook",
			(request) => {
				const { id = "sandbox", url, secret = "", events } = parseBody(request);
				if (typeof id !== "string" || typeof url !== "string" || typeof secret !== "string" || !URL.canParse(url))
					return {
						status: 400,
						body: { message: "Give { url, secret } as strings, and events as a list if not all." },
					};
				if (events !== undefined && !(Array.isArray(events) && events.every((type) => typeof type === "string")))
					return { status: 400, body: { message: "events must be a list of event types." } };
				webhooks.register({ id, url, secret, ...(events ? { events } : {}) });
				return { status: 200, body: { id, url, events: events ?? ["*"] } };
			},
		],
		[
			"GET",
			"/_sandbox/webhook",
			() => ({
				status: 200,
				body: { targets: webhooks.targets().map(({ id, url }) => ({ id, url })), pending: webhooks.pending() },
			}),
		],
	];
}

function isFault(key: string, value: unknown): boolean {
	if (NUMBERS.includes(key)) return typeof value === "number" && value >= 0;
	return FLAGS.includes(key) ? typeof value === "boolean" : key === "path" && typeof value === "string";
}
