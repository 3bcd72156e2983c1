import test from "ava";
import type { TSchema } from "typebox";
import { statedEvents } from "../bin/docs.ts";
import { Id, Sku } from "../schemas/common.ts";

/** Texts that are neither ids nor words of a list, and why they name nobody. */
const TEXTS: Record<string, string> = {
	"stock.changed/movement/reference": "an order's id, or the words of staff about the shelf",
	"stock.changed/movement/settles": "a kind of movement and an order's id",
	"shipment.updated/carrier": "one of EasyPost's names",
	"shipment.updated/service": "one of the carrier's names",
	"shipment.updated/trackingNumber": "the carrier's number of the parcel",
	"shipment.updated/trackingUrl": "the shop's page, by an unguessable token",
	"shipment.updated/events/message": "a carrier's words, without the addressee: services/shipping/plain.ts",
	"parcel.reported/parcelId": "EasyPost's id",
	"parcel.reported/trackingNumber": "the carrier's number of the parcel",
	"parcel.reported/events/message": "a carrier's words, without the addressee: services/shipping/plain.ts",
};

interface Shape {
	type?: string;
	format?: string;
	pattern?: string;
	enum?: unknown[];
	anyOf?: TSchema[];
	items?: TSchema;
	properties?: Record<string, TSchema>;
	additionalProperties?: unknown;
}

/** Places of an event's data where any text may stand, or anything at all. */
function open(schema: TSchema, path: string): string[] {
	const { type, format, pattern, enum: words, anyOf, items, properties, additionalProperties } = schema as Shape;
	if (words) return [];
	if (anyOf) return anyOf.flatMap((branch) => open(branch, path));
	if (items) return open(items, path);
	if (properties) {
		const inside = Object.entries(properties).flatMap(([name, property]) => open(property, `${path}/${name}`));
		return additionalProperties === false ? inside : [...inside, `${path}/*`];
	}
	if (type === "integer" || type === "number" || type === "boolean" || type === "null") return [];
	const { pattern: id } = Id as Shape;
	const { pattern: sku } = Sku as Shape;
	if (type === "string" && (format === "date-time" || pattern === id || pattern === sku)) return [];
	return [path];
}

test("no field of an event can hold a mail address, a name, a street or a phone number", async (t) => {
	const events = await statedEvents();
	t.true(events.length > 20);
	t.deepEqual(events.flatMap(({ name, data }) => open(data, name)).sort(), Object.keys(TEXTS).sort());
});

test("a field that could hold one is found", (t) => {
	const closed = { type: "object", additionalProperties: false };
	const string = { type: "string" };
	t.deepEqual(open({ ...closed, properties: { userId: Id, email: string } } as never, "e"), ["e/email"]);
	t.deepEqual(open({ ...closed, properties: { to: { type: "array", items: string } } } as never, "e"), ["e/to"]);
	t.deepEqual(open({ type: "object", properties: { id: Id } } as never, "e"), ["e/*"]);
	t.deepEqual(open({} as never, "e"), ["e"]);
});
