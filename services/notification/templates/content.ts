/** What a template gives for a mail, and for a message where the kind has one. */
export interface Template {
	subject(data: Data): string;
	/** The body's blocks, in their order; text and HTML are made of the same. */
	body(data: Data): Block[];
	sms?(data: Data): string;
}

export type Block =
	| { type: "text"; text: string }
	| { type: "link"; label: string; url: string }
	| { type: "table"; rows: [string, string][] }
	| { type: "small"; text: string };

export const text = (words: string): Block => ({ type: "text", text: words });
export const small = (words: string): Block => ({ type: "small", text: words });
export const link = (label: string, url: string): Block => ({ type: "link", label, url });
export const table = (rows: [string, string][]): Block => ({ type: "table", rows });

/** The data of a notification lacks what its template needs. */
export class MissingData extends Error {
	override name = "MissingData";
}

/** A notification's data, read field by field. */
export interface Data {
	/** @throws MissingData */
	text(name: string): string;
	optional(name: string): string | null;
	/** A text that is one of these keys. @throws MissingData */
	oneOf<K extends string>(name: string, keys: Record<K, unknown>): K;
	/** An address of the web. @throws MissingData */
	url(name: string): string;
	/** An amount as people write it: `$19.99`. @throws MissingData */
	money(name: string): string;
	/** A part that is an object. @throws MissingData */
	part(name: string): Data;
	/** A list of objects. @throws MissingData */
	list(name: string): Data[];
}

export function dataOf(kind: string, fields: Record<string, unknown>, at = ""): Data {
	const missing = (name: string, what: string) =>
		new MissingData(`${kind} cannot be written: "${at}${name}" ${name in fields ? `is not ${what}` : "is missing"}`);
	const optional = (name: string): string | null => {
		const value = fields[name];
		if (typeof value === "number") return String(value);
		return typeof value === "string" && value !== "" ? value : null;
	};
	const required = (name: string): string => {
		const value = optional(name);
		if (value === null) throw missing(name, "a text");
		return value;
	};
	return {
		text: required,
		optional,
		oneOf<K extends string>(name: string, keys: Record<K, unknown>) {
			const value = required(name);
			if (!Object.hasOwn(keys, value)) throw missing(name, `one of ${Object.keys(keys).join(", ")}`);
			return value as K;
		},
		url(name) {
			const value = required(name);
			if (!/^https?:\/\/\S+$/.test(value)) throw missing(name, "an address of the web");
			return value;
		},
		money(name) {
			const { amount, currency } = (fields[name] ?? {}) as { amount?: unknown; currency?: unknown };
			if (typeof amount !== "number" || typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency))
				throw missing(name, "an amount");
			return money(amount, currency);
		},
		part(name) {
			const value = fields[name];
			if (typeof value !== "object" || value === null) throw missing(name, "an object");
			return dataOf(kind, value as Record<string, unknown>, `${at}${name}.`);
		},
		list(name) {
			const value = fields[name];
			if (!Array.isArray(value)) throw missing(name, "a list");
			return value.map((entry, n) => dataOf(kind, Object(entry), `${at}${name}.${n}.`));
		},
	};
}

const formats = new Map<string, { format: Intl.NumberFormat; unit: number }>();

function money(amount: number, currency: string): string {
	let known = formats.get(currency);
	if (!known) {
		const format = new Intl.NumberFormat("en-US", { style: "currency", currency });
		known = { format, unit: 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2) };
		formats.set(currency, known);
	}
	return known.format.format(amount / known.unit);
}
