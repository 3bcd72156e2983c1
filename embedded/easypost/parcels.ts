import type { Params } from "../form.ts";
import { parseBody } from "../form.ts";
import type { Route } from "../http.ts";
import { required } from "./errors.ts";
import { newId, now } from "./ids.ts";
import { positive, text, wrapped } from "./params.ts";
import type { Parcel } from "./rates.ts";
import { found, type Store } from "./store.ts";

/** Stores a parcel (inches, ounces); `weight` is required. */
export function createParcel(store: Store, fields: Params): Parcel {
	const weight = positive(fields, "weight");
	if (weight === null) throw required("weight");
	const at = now();
	const parcel: Parcel = {
		id: newId("prcl"),
		object: "Parcel",
		created_at: at,
		updated_at: at,
		length: positive(fields, "length"),
		width: positive(fields, "width"),
		height: positive(fields, "height"),
		predefined_package: text(fields, "predefined_package"),
		weight,
		mode: "test",
	};
	store.parcels.put(parcel.id, parcel);
	return parcel;
}

export const parcelRoutes = (store: Store): Route[] => [
	[
		"POST",
		"/v2/parcels",
		(request) => ({ status: 201, body: createParcel(store, wrapped(parseBody(request), "parcel")) }),
	],
	["GET", "/v2/parcels/:id", ({ params }) => ({ status: 200, body: found(store.parcels, params.id!) })],
];
