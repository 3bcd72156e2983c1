import type { Params } from "../form.ts";
import { parseBody } from "../form.ts";
import type { HttpAnswer, Route } from "../http.ts";
import { createAddress } from "./addresses.ts";
import { createCustomsInfo } from "./customs.ts";
import { notFound, Refusal, required, unsupported } from "./errors.ts";
import type { Emit } from "./events.ts";
import { newId, now, shipmentPrefix } from "./ids.ts";
import { page } from "./pages.ts";
import { isObject, positive, text, wrapped } from "./params.ts";
import { createParcel } from "./parcels.ts";
import { buy, insure, refund, settleRefund } from "./postage.ts";
import { quote } from "./rates.ts";
import type { Shipment } from "./shipment.ts";
import { found, type Store } from "./store.ts";
import type { Address } from "./verify.ts";

const OPTIONS = { currency: "USD", payment: { type: "SENDER" }, date_advance: 0 };

/** What a caller sees: the tracker as it stands, the shipment's status after it, and whole addresses of the label. */
function shown(store: Store, origin: () => string, shipment: Shipment): object {
	if (shipment.postage_label === null) return shipment;
	const tracker = shipment.tracker && (store.trackers.get(shipment.tracker.id)?.tracker ?? shipment.tracker);
	const url = `${origin()}${shipment.postage_label.label_url}`;
	return {
		...shipment,
		status: tracker?.status ?? shipment.status,
		tracker,
		postage_label: { ...shipment.postage_label, label_url: url, label_pdf_url: url },
	};
}

/** By id or by the shop's own reference. */
export const findShipment = (store: Store, key: string): Shipment => {
	const shipment =
		store.shipments.get(key) ?? store.shipments.list({ term: `reference:${key}`, newestFirst: true, limit: 1 })[0];
	if (!shipment) throw notFound();
	return shipment;
};

function address(store: Store, given: unknown): Address | null {
	if (!isObject(given)) return null;
	return typeof given.id === "string" ? found(store.addresses, given.id) : createAddress(store, given);
}

function options(given: unknown): Params {
	const wanted = { ...OPTIONS, ...(isObject(given) ? given : {}) } as Params;
	const format = wanted.label_format;
	if (format !== undefined && format !== "PDF") throw unsupported(`labels as ${format}; it prints PDF`);
	return wanted;
}

/** Stores a shipment and quotes it. Addresses, parcel and customs are given whole or by `id`. */
function create(store: Store, fields: Params): Shipment {
	const to = address(store, fields.to_address);
	const from = address(store, fields.from_address);
	if (!to || !from) throw required(...(to ? [] : ["to_address"]), ...(from ? [] : ["from_address"]));
	const parcel = !isObject(fields.parcel)
		? null
		: typeof fields.parcel.id === "string"
			? found(store.parcels, fields.parcel.id)
			: createParcel(store, fields.parcel);
	const at = now();
	const id = newId("shp");
	const { rates, messages, zone } = quote(id, from, to, parcel);
	return {
		id,
		created_at: at,
		is_return: fields.is_return === true,
		messages,
		mode: "test",
		options: options(fields.options),
		reference: text(fields, "reference"),
		status: "unknown",
		tracking_code: null,
		updated_at: at,
		batch_id: null,
		batch_status: null,
		batch_message: null,
		customs_info: isObject(fields.customs_info) ? createCustomsInfo(store, fields.customs_info) : null,
		from_address: from,
		insurance: null,
		order_id: null,
		parcel,
		postage_label: null,
		rates,
		refund_status: null,
		scan_form: null,
		selected_rate: null,
		tracker: null,
		to_address: to,
		usps_zone: zone,
		return_address: address(store, fields.return_address) ?? from,
		buyer_address: address(store, fields.buyer_address) ?? to,
		forms: [],
		fees: [],
		object: "Shipment",
	};
}

export function shipmentRoutes(store: Store, emit: Emit, origin: () => string): Route[] {
	const answer = (status: number, shipment: Shipment): HttpAnswer => ({ status, body: shown(store, origin, shipment) });
	return [
		[
			"POST",
			"/v2/shipments",
			(request) => {
				const fields = wrapped(parseBody(request), "shipment");
				return store.state.transaction(() => {
					const shipment = create(store, fields);
					const json = store.shipments.put(shipment.id, shipment);
					if (fields.service === undefined) {
						return { status: 201, headers: { "content-type": "application/json" }, body: json };
					}
					const rate = shipment.rates.find(({ service }) => service === fields.service);
					const message = `No rate of the service ${fields.service} was found.`;
					if (!rate) throw new Refusal(422, "SHIPMENT.POSTAGE.FAILURE", message);
					return answer(201, buy(store, emit, shipment, rate.id, positive(fields, "insurance")));
				});
			},
		],
		[
			"GET",
			"/v2/shipments",
			({ query }) => {
				// EasyPost lists what was bought unless it is told not to.
				const { items, more } = page(
					store.shipments,
					query,
					query.get("purchased") === "false" ? undefined : "purchased",
				);
				return { status: 200, body: { shipments: items.map((item) => shown(store, origin, item)), has_more: more } };
			},
		],
		["GET", "/v2/shipments/:id", ({ params }) => answer(200, findShipment(store, params.id!))],
		[
			"GET",
			"/v2/shipments/:id/rates",
			({ params }) => ({ status: 200, body: { rates: findShipment(store, params.id!).rates } }),
		],
		[
			"POST",
			"/v2/shipments/:id/rerate",
			({ params }) => {
				const old = findShipment(store, params.id!);
				if (old.postage_label)
					throw new Refusal(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.");
				const { rates, messages } = quote(old.id, old.from_address, old.to_address, old.parcel);
				store.shipments.put(old.id, { ...old, rates, messages, updated_at: now() });
				return { status: 200, body: { rates } };
			},
		],
		[
			"POST",
			"/v2/shipments/:id/buy",
			(request) => {
				const body = parseBody(request);
				const rateId = isObject(body.rate) ? text(body.rate, "id") : null;
				if (rateId === null) throw required("rate");
				const insurance = positive(body, "insurance");
				const shipment = findShipment(store, request.params.id!);
				return answer(
					200,
					store.state.transaction(() => buy(store, emit, shipment, rateId, insurance)),
				);
			},
		],
		[
			"POST",
			"/v2/shipments/:id/insure",
			(request) => {
				const amount = positive(parseBody(request), "amount");
				if (amount === null) throw required("amount");
				return answer(200, insure(store, findShipment(store, request.params.id!), amount));
			},
		],
		[
			"POST",
			"/v2/shipments/:id/refund",
			({ params }) => answer(200, refund(store, emit, findShipment(store, params.id!))),
		],
		[
			"POST",
			"/_sandbox/shipments/:id/refund",
			(request) => {
				const { status = "refunded" } = parseBody(request);
				return answer(200, settleRefund(store, emit, findShipment(store, request.params.id!), status));
			},
		],
		[
			"GET",
			"/v2/shipments/:id/label",
			({ params, query }) => {
				const shipment = findShipment(store, params.id!);
				const format = query.get("file_format") ?? "PDF";
				if (format.toUpperCase() !== "PDF") throw unsupported(`labels as ${format}; it prints PDF`);
				if (!shipment.postage_label)
					throw new Refusal(422, "SHIPMENT.POSTAGE.NOT_FOUND", "Postage has not been bought.");
				return answer(200, shipment);
			},
		],
		[
			"GET",
			"/v2/rates/:id",
			({ params }) => {
				const prefix = shipmentPrefix(params.id!);
				const rate = store.shipments.list({ prefix, limit: 1 })[0]?.rates.find(({ id }) => id === params.id);
				if (!rate) throw notFound();
				return { status: 200, body: rate };
			},
		],
	];
}
