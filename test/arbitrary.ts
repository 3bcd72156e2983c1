import fc, { type Arbitrary } from "fast-check";
import { fits, type Json } from "./document.ts";

interface Schema extends Json {
	type?: string;
	enum?: unknown[];
	const?: unknown;
	anyOf?: Schema[];
	properties?: Record<string, Schema>;
	patternProperties?: Record<string, Schema>;
	required?: string[];
	items?: Schema;
	minimum?: number;
	maximum?: number;
	minLength?: number;
	maxLength?: number;
	minItems?: number;
	maxItems?: number;
	pattern?: string;
	format?: string;
}

/** Texts of the trade, of which each pattern takes some. */
const WORDS = [
	...[
		"a",
		"x-1",
		"USD",
		"EUR",
		"US",
		"DE",
		"+14155550123",
		"ada@example.com",
		"10",
		"1",
		"kitchen",
		"A very plain line",
	],
	...["https://shop.example/picture.png", "http://127.0.0.1:9/x", "/images/x.webp", "2030-01-01T00:00:00.000Z", "card"],
	...[
		"Zoë Ωmega 你好 🛍️",
		"line\nof\ttwo",
		" ",
		"",
		"<script>alert(1)</script>",
		"'; drop table orders; --",
		"{{7*7}}",
		"%00",
	],
	...[
		"no such thing",
		"WELCOME10",
		"pm_card_visa",
		"__proto__",
		"constructor",
		"$where",
		"null",
		"a long enough secret",
	],
];

/** Values that a JSON schema takes. */
export function valid(schema: Json): Arbitrary<unknown> {
	const {
		type,
		enum: choices,
		anyOf,
		items = {},
		minItems = 0,
		maxItems = 3,
		minimum,
		maximum,
		...rest
	} = schema as Schema;
	if ("const" in schema) return fc.constant(schema.const);
	if (choices) return fc.constantFrom(...choices);
	if (anyOf) return fc.oneof(...anyOf.map(valid));
	if (type === "null") return fc.constant(null);
	if (type === "boolean") return fc.boolean();
	if (type === "integer" || type === "number") {
		const [min, max] = [minimum ?? Number.MIN_SAFE_INTEGER, maximum ?? Number.MAX_SAFE_INTEGER];
		return fc.oneof(
			fc.integer({ min, max }),
			fc.integer({ min, max: Math.min(max, min + 5) }),
			fc.constantFrom(min, max),
		);
	}
	if (type === "array")
		return fc.array(valid(items), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 2) });
	if (type === "object") return object(rest as Schema);
	if (type === "string") return text(schema as Schema);
	return fc.jsonValue();
}

function object({ properties = {}, patternProperties, required = [] }: Schema): Arbitrary<unknown> {
	if (patternProperties)
		return fc.dictionary(fc.constantFrom("Size", "Colour", "été"), fc.constantFrom("S", "red", "x".repeat(255)));
	const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valid(schema)]));
	return fc.record(fields, { requiredKeys: required as never[] });
}

function text(schema: Schema): Arbitrary<string> {
	const { minLength = 0, maxLength = 40, pattern } = schema;
	const longest = Math.min(maxLength, 5_000);
	const known = [...WORDS, "x".repeat(longest), "é".repeat(longest), "1".repeat(longest)].filter((word) =>
		fits(schema, word),
	);
	const kinds: Arbitrary<string>[] = known.length > 0 ? [fc.constantFrom(...known)] : [];
	if (!pattern) kinds.push(fc.string({ minLength, maxLength: Math.min(longest, minLength + 30), unit: "binary" }));
	// A pattern that looks ahead cannot be turned around.
	else if (!pattern.includes("(?"))
		kinds.push(fc.stringMatching(new RegExp(pattern, "u")).map((word) => word.slice(0, longest)));
	return fc.oneof(...kinds).filter((word) => fits(schema, word) && word.isWellFormed());
}

/** What attackers and broken clients send. */
const HOSTILE: unknown[] = [
	...[
		null,
		true,
		false,
		0,
		-1,
		1.5,
		1e9,
		1e308,
		Number.MAX_SAFE_INTEGER + 2,
		"",
		"\u0000",
		"a\u0000b",
		"1e3",
		"-1",
		"NaN",
	],
	...[{ $ne: null }, { $gt: "" }, { $where: "sleep(1)" }, { $in: [] }, {}, [], [[]], [null], ["a", "b"], { length: 1 }],
	...[
		"x".repeat(300_000),
		"🛍️".repeat(5_000),
		"\ud800",
		"\u202e",
		"../../etc/passwd",
		{ toString: "x" },
		{ valueOf: null },
	],
];

/** Names that no body and no query knows. */
export const UNKNOWN = [
	"role",
	"status",
	"total",
	"_id",
	"emailVerified",
	"__proto__",
	"constructor",
	"$where",
	"$nor",
	"a.b",
	"scopes",
];

/** Bodies that an object's schema forbids, each as JSON text: one mistake in a body that is right else. */
export function wrongBody(schema: Json): Arbitrary<string> {
	const none = fc.constantFrom("[]", "null", "1", '"text"', "true", "[{}]");
	return fc
		.tuple(valid(schema), fc.nat(), fc.oneof(fc.constantFrom(...HOSTILE)), fc.constantFrom(...UNKNOWN))
		.map(([body, at, hostile, unknown]) => {
			const places = placesOf(body);
			const place = places[at % places.length] as (string | number)[];
			const kinds = [
				() => put(body, place, hostile),
				() => put(body, [...holder(body, place), unknown], hostile),
				() => drop(body, place),
			];
			return JSON.stringify((kinds[Math.floor(at / places.length) % kinds.length] as () => unknown)());
		})
		.filter((body) => !fits(schema, JSON.parse(body)))
		.chain((body) => fc.oneof({ weight: 1, arbitrary: none }, { weight: 12, arbitrary: fc.constant(body) }));
}

type Place = (string | number)[];

/** Where something stands in a value, the whole first. */
function placesOf(value: unknown, at: Place = []): Place[] {
	if (typeof value !== "object" || value === null) return [at];
	return [
		at,
		...Object.entries(value).flatMap(([key, one]) => placesOf(one, [...at, Array.isArray(value) ? Number(key) : key])),
	];
}

const read = (value: unknown, place: Place): unknown => place.reduce((at, key) => (at as Json)[key], value);

/** The nearest object around a place. */
function holder(value: unknown, place: Place): Place {
	for (let length = place.length; length > 0; length--) {
		const found = read(value, place.slice(0, length));
		if (typeof found === "object" && found !== null && !Array.isArray(found)) return place.slice(0, length);
	}
	return [];
}

function put(value: unknown, [key, ...rest]: Place, what: unknown): unknown {
	if (key === undefined) return what;
	if (Array.isArray(value)) return value.map((one, index) => (index === key ? put(one, rest, what) : one));
	const entries = Object.entries(value as Json).filter(([name]) => name !== key);
	// Not by assignment, to which __proto__ is no field.
	return Object.fromEntries([...entries, [key, put((value as Json)[key], rest, what)]]);
}

function drop(value: unknown, place: Place): unknown {
	const around = read(value, place.slice(0, -1));
	const key = place.at(-1);
	if (key === undefined || typeof around !== "object" || around === null || Array.isArray(around))
		return put(value, place, null);
	return put(value, place.slice(0, -1), Object.fromEntries(Object.entries(around).filter(([name]) => name !== key)));
}
