import { faultControl } from "../faults.ts";
import { UnreadableBody } from "../form.ts";
import { type HttpAnswer, type HttpHandler, type Route, type StandIn, type StandInOptions, serve } from "../http.ts";
import { router } from "../router.ts";
import { openState } from "../state.ts";
import { outgoing } from "../webhooks.ts";
import { addressRoutes } from "./addresses.ts";
import { customsRoutes } from "./customs.ts";
import { errorAnswer, notFound, Refusal, unsupported } from "./errors.ts";
import { emitter, signer } from "./events.ts";
import { labelPdf } from "./label.ts";
import { parcelRoutes } from "./parcels.ts";
import { shipmentRoutes } from "./shipments.ts";
import { openStore } from "./store.ts";
import { trackerRoutes } from "./tracker-routes.ts";
import { advance } from "./trackers.ts";
import { webhookRoutes } from "./webhook-routes.ts";

/**
 * `apiKey`: the only key that is taken (any, unless given). `autoAdvanceMs`: bought parcels move to their next status by
 * themselves after that time.
 */
export type EasypostOptions = StandInOptions & { apiKey?: string; autoAdvanceMs?: number };

/**
 * Stands in for EasyPost's API, version 2 (`baseUrl: url + "/v2/"`), with FedEx and UPS as carriers: addresses, parcels, customs,
 * shipments with rates, labels as PDF, trackers and webhooks. Control: `POST /_sandbox/trackers/:idOrCode/advance { status? }`,
 * `GET /_sandbox/parcels?limit=`, `POST /_sandbox/shipments/:id/refund { status? }`, and the routes of faults.ts.
 */
export async function startEasypost(options: EasypostOptions): Promise<StandIn> {
	const state = openState(options.dataDir, "easypost");
	const store = openStore(state);
	const control = faultControl(state);
	const webhooks = outgoing(state, signer(store), control.webhooks);
	const emit = emitter(store, webhooks);
	let origin = options.publicUrl ?? "";
	const handle = router(
		[
			...addressRoutes(store),
			...parcelRoutes(store),
			...customsRoutes(store),
			...shipmentRoutes(store, emit, () => origin),
			...trackerRoutes(store, emit),
			...webhookRoutes(store, webhooks),
			labelRoute(store),
			...control.routes(webhooks),
		],
		({ method, path }) => {
			throw path.startsWith("/v2/") ? unsupported(`${method} ${path}`) : notFound();
		},
	);
	const authorized = keyCheck(options.apiKey, handle);
	const end = () => {
		webhooks.close();
		state.close();
	};
	const server = await serve({
		...options,
		handle: (request) => control.around(request, authorized, refuse),
		onError: explain,
	}).catch((error) => {
		end();
		throw error;
	});
	origin ||= server.url;
	const mover = options.autoAdvanceMs ? moveOn(store, emit, options.autoAdvanceMs) : undefined;
	return {
		url: server.url,
		async close() {
			clearInterval(mover);
			await server.close();
			end();
		},
	};
}

const refuse = (status: number): HttpAnswer =>
	errorAnswer(
		status,
		status === 429 ? "RATE_LIMITED" : "INTERNAL_SERVER_ERROR",
		"The stand-in was told to refuse this.",
	);

function explain(error: unknown): HttpAnswer {
	if (error instanceof Refusal) return errorAnswer(error.status, error.code, error.message, error.errors);
	if (error instanceof UnreadableBody) return errorAnswer(400, "BAD_REQUEST", error.message);
	console.error(error);
	return errorAnswer(500, "INTERNAL_SERVER_ERROR", "The stand-in failed; its log has the reason.");
}

// The key is the user of HTTP basic authentication; bearer tokens are taken too. Labels lie open under unguessable names.
function keyCheck(apiKey: string | undefined, handle: HttpHandler): HttpHandler {
	let last: string | undefined;
	return (request) => {
		const header = request.headers.authorization;
		if (!request.path.startsWith("/v2/") || (header !== undefined && header === last)) return handle(request);
		const [scheme, value = ""] = (header ?? "").split(" ");
		const key =
			scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":")[0]! : scheme === "Bearer" ? value : "";
		if (key === "") throw new Refusal(401, "UNAUTHORIZED", "This resource requires authorization: send an API key.");
		if (apiKey !== undefined && key !== apiKey) throw new Refusal(401, "UNAUTHORIZED", "The API key is not valid.");
		last = header;
		return handle(request);
	};
}

const labelRoute = (store: ReturnType<typeof openStore>): Route => [
	"GET",
	"/labels/:shipment/:file",
	async ({ params }) => {
		const shipment = store.shipments.get(params.shipment!);
		if (!shipment?.postage_label?.label_url.endsWith(`/${params.file}`)) throw notFound();
		return { status: 200, headers: { "content-type": "application/pdf" }, body: await labelPdf(shipment) };
	},
];

function moveOn(
	store: ReturnType<typeof openStore>,
	emit: ReturnType<typeof emitter>,
	everyMs: number,
): NodeJS.Timeout {
	const move = () => {
		for (const { tracker, movedAt } of store.trackers.list({ term: "moving" })) {
			if (Date.now() - movedAt >= everyMs) advance(store, emit, tracker.id);
		}
	};
	return setInterval(move, Math.max(20, everyMs / 4)).unref();
}
