import type { Params } from "../form.ts";
import { parseBody } from "../form.ts";
import type { Route } from "../http.ts";
import { required } from "./errors.ts";
import { newId, now } from "./ids.ts";
import { isObject, positive, text, wrapped } from "./params.ts";
import { found, type Store } from "./store.ts";

/** EasyPost's CustomsItem object; `weight` in ounces, `value` for the whole line. */
export interface CustomsItem {
	id: string;
	object: "CustomsItem";
	created_at: string;
	updated_at: string;
	description: string | null;
	hs_tariff_number: string | null;
	origin_country: string | null;
	quantity: number;
	value: string;
	weight: number;
	code: string | null;
	mode: "test";
	manufacturer: string | null;
	currency: string | null;
	eccn: string | null;
	printed_commodity_identifier: string | null;
}

export interface CustomsInfo {
	id: string;
	object: "CustomsInfo";
	created_at: string;
	updated_at: string;
	contents_explanation: string | null;
	contents_type: string | null;
	customs_certify: boolean;
	customs_signer: string | null;
	eel_pfc: string | null;
	non_delivery_option: string | null;
	restriction_comments: string | null;
	restriction_type: string | null;
	mode: "test";
	declaration: string | null;
	customs_items: CustomsItem[];
}

function createItem(store: Store, fields: Params): CustomsItem {
	if (typeof fields.id === "string") return found(store.customsItems, fields.id);
	const quantity = positive(fields, "quantity");
	const value = positive(fields, "value");
	const weight = positive(fields, "weight");
	const missing = Object.entries({ quantity, value, weight }).flatMap(([name, given]) =>
		given === null ? [name] : [],
	);
	if (missing.length > 0) throw required(...missing);
	const at = now();
	const item: CustomsItem = {
		id: newId("cstitem"),
		object: "CustomsItem",
		created_at: at,
		updated_at: at,
		description: text(fields, "description"),
		hs_tariff_number: text(fields, "hs_tariff_number"),
		origin_country: text(fields, "origin_country"),
		quantity: quantity!,
		value: Number.isInteger(value) ? `${value}.0` : String(value),
		weight: weight!,
		code: text(fields, "code"),
		mode: "test",
		manufacturer: text(fields, "manufacturer"),
		currency: text(fields, "currency"),
		eccn: text(fields, "eccn"),
		printed_commodity_identifier: text(fields, "printed_commodity_identifier"),
	};
	store.customsItems.put(item.id, item);
	return item;
}

/** Stores a customs declaration, or finds the one whose `id` is given. */
export function createCustomsInfo(store: Store, fields: Params): CustomsInfo {
	if (typeof fields.id === "string") return found(store.customsInfos, fields.id);
	const items = fields.customs_items;
	if (!Array.isArray(items) || items.length === 0 || !items.every(isObject)) throw required("customs_items");
	const at = now();
	const info: CustomsInfo = {
		id: newId("cstinfo"),
		object: "CustomsInfo",
		created_at: at,
		updated_at: at,
		contents_explanation: text(fields, "contents_explanation"),
		contents_type: text(fields, "contents_type"),
		customs_certify: fields.customs_certify === true || fields.customs_certify === "true",
		customs_signer: text(fields, "customs_signer"),
		eel_pfc: text(fields, "eel_pfc"),
		non_delivery_option: text(fields, "non_delivery_option") ?? "return",
		restriction_comments: text(fields, "restriction_comments"),
		restriction_type: text(fields, "restriction_type") ?? "none",
		mode: "test",
		declaration: text(fields, "declaration"),
		customs_items: items.map((item) => createItem(store, item)),
	};
	store.customsInfos.put(info.id, info);
	return info;
}

export const customsRoutes = (store: Store): Route[] => [
	[
		"POST",
		"/v2/customs_infos",
		(request) => ({ status: 201, body: createCustomsInfo(store, wrapped(parseBody(request), "customs_info")) }),
	],
	["GET", "/v2/customs_infos/:id", ({ params }) => ({ status: 200, body: found(store.customsInfos, params.id!) })],
	[
		"POST",
		"/v2/customs_items",
		(request) => ({ status: 201, body: createItem(store, wrapped(parseBody(request), "customs_item")) }),
	],
	["GET", "/v2/customs_items/:id", ({ params }) => ({ status: 200, body: found(store.customsItems, params.id!) })],
];
