import Type, { type Static, type TProperties, type TSchema } from "typebox";

/** An object that refuses unknown fields: what is not stated is not accepted. */
export const closed = <P extends TProperties>(properties: P) =>
	Type.Object(properties, { additionalProperties: false });

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Any id in a path or body: an unknown one is a 404, so the form is not checked further. */
export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" });

/** One line of text without control characters. */
export const Line = (maxLength: number, minLength = 1) =>
	Type.String({ minLength, maxLength, pattern: "^[^\\u0000-\\u001f\\u007f]*$" });

export const Email = Type.String({
	minLength: 3,
	maxLength: 254,
	pattern:
		'^[^\\s@<>,;:"()\\[\\]\\u0000-\\u001f\\u007f-\\u009f]+@[^\\s@<>,;:"()\\[\\]\\u0000-\\u001f\\u007f-\\u009f]+\\.[^\\s@.\\u0000-\\u001f\\u007f-\\u009f]+$',
});
/** Stands where an erased person's address was; `.invalid` reaches nobody (RFC 2606). */
export const ERASED_EMAIL = "erased@erased.invalid";
export const Phone = Type.String({ maxLength: 16, pattern: "^\\+[1-9][0-9]{6,14}$", description: "E.164" });
export const Currency = Type.String({ maxLength: 3, pattern: "^[A-Z]{3}$", description: "ISO 4217" });
export const Amount = Type.Integer({ minimum: -9_000_000_000_000, maximum: 9_000_000_000_000 });
export const Timestamp = Type.String({
	maxLength: 40,
	format: "date-time",
	description: "RFC 3339, UTC, milliseconds",
});
export const Quantity = Type.Integer({ minimum: 1, maximum: 9999 });
export const Sku = Line(100);

/** Integer minor units of a currency. */
export const Money = closed({ amount: Amount, currency: Currency });
export type Money = Static<typeof Money>;

export const Address = closed({
	name: Line(100),
	company: Type.Optional(Line(100)),
	line1: Line(200),
	line2: Type.Optional(Line(200)),
	city: Line(100),
	state: Type.Optional(Line(100)),
	postalCode: Line(20),
	country: Type.String({ maxLength: 2, pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2" }),
	phone: Type.Optional(Phone),
});
export type Address = Static<typeof Address>;

export const Image = closed({ url: Type.String(), alt: Type.String(), position: Type.Integer() });
export type Image = Static<typeof Image>;

export const Rating = nullable(closed({ average: Type.Number(), count: Type.Integer() }));

/** `{ data, nextCursor }`. */
export const list = <S extends TSchema>(item: S) =>
	closed({ data: Type.Array(item), nextCursor: nullable(Type.String()) });

/** Query parameters of every list. */
export const page = {
	limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
	cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
};

export const Empty = closed({});
/** Result of a contract that answers nothing (204). */
export const Nothing = Type.Null();
