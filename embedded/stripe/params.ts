import type { Params } from "../form.ts";
import type { Address, Metadata } from "./documents.ts";
import { badParam } from "./errors.ts";

/** Reads one parameter, which comes as a string or as nested objects of strings, or throws a Refusal. */
export type Check<T> = (value: unknown, name: string) => T;
type RequiredCheck<T> = Check<T> & { required: true };
// biome-ignore lint/suspicious/noExplicitAny: a check of anything
export type Spec = Record<string, Check<any>>;
export type Input<S extends Spec> = {
	[K in keyof S as S[K] extends { required: true } ? K : never]: ReturnType<S[K]>;
} & { [K in keyof S as S[K] extends { required: true } ? never : K]?: ReturnType<S[K]> };

/** Reads what the spec names; what Stripe knows but the stand-in does not (`beyond`) is refused by name, all else as unknown. */
export function readParams<S extends Spec>(given: Params, spec: S, beyond: string[] = [], within = ""): Input<S> {
	const input: Params = {};
	for (const key in given) {
		const name = within ? `${within}[${key}]` : key;
		const check = Object.hasOwn(spec, key) ? spec[key] : undefined;
		if (check) input[key] = check(given[key], name);
		else if (beyond.includes(key)) throw badParam(`The embedded Stripe does not support the parameter ${name}.`, name);
		else throw badParam(`Received unknown parameter: ${name}`, name, "parameter_unknown");
	}
	for (const key in spec)
		if ("required" in spec[key]! && input[key] === undefined) {
			const name = within ? `${within}[${key}]` : key;
			throw badParam(`Missing required param: ${name}.`, name, "parameter_missing");
		}
	return input as Input<S>;
}

export const required = <T>(check: Check<T>): RequiredCheck<T> =>
	Object.assign((value: unknown, name: string) => check(value, name), { required: true as const });

export const text: Check<string> = (value, name) => {
	if (typeof value !== "string")
		throw badParam(`Invalid string: ${JSON.stringify(value)}`, name, "parameter_invalid_string");
	if (value === "")
		throw badParam(
			`You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
			name,
			"parameter_invalid_empty",
		);
	if (value.length > 5000) throw badParam(`Invalid string: ${name} must be at most 5000 characters`, name);
	return value;
};

/** An empty string unsets it. */
export const clearable =
	<T>(check: Check<T>): Check<T | null> =>
	(value, name) =>
		value === "" ? null : check(value, name);

export const integer =
	(min = 0): Check<number> =>
	(value, name) => {
		if (typeof value !== "string" || !/^-?\d{1,15}$/.test(value))
			throw badParam(`Invalid integer: ${String(value)}`, name, "parameter_invalid_integer");
		if (Number(value) < min)
			throw badParam(`This value must be greater than or equal to ${min}.`, name, "parameter_invalid_integer");
		return Number(value);
	};

export const flag: Check<boolean> = (value, name) => {
	if (value !== "true" && value !== "false") throw badParam(`Invalid boolean: ${String(value)}`, name);
	return value === "true";
};

export const oneOf =
	<const T extends string>(...values: T[]): Check<T> =>
	(value, name) => {
		if (!values.includes(value as T)) throw badParam(`Invalid ${name}: must be one of ${values.join(", ")}`, name);
		return value as T;
	};

export const object =
	<S extends Spec>(spec: S, beyond: string[] = []): Check<Input<S>> =>
	(value, name) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) throw badParam("Invalid object", name);
		return readParams(value as Params, spec, beyond, name);
	};

export const listOf =
	<T>(check: Check<T>): Check<T[]> =>
	(value, name) => {
		if (!Array.isArray(value)) throw badParam("Invalid array", name);
		return value.map((item, i) => check(item, `${name}[${i}]`));
	};

const CURRENCIES = new Set(Intl.supportedValuesOf("currency").map((code) => code.toLowerCase()));

export const currency: Check<string> = (value, name) => {
	const code = text(value, name).toLowerCase();
	if (!CURRENCIES.has(code)) throw badParam(`Invalid currency: ${code}.`, name);
	return code;
};

const ADDRESS = { city: text, country: text, line1: text, line2: text, postal_code: text, state: text };
export const address: Check<Address> = (value, name) => {
	const cleared = Object.fromEntries(Object.keys(ADDRESS).map((key) => [key, clearable(text)]));
	const read = object(cleared)(value, name) as Partial<Address>;
	return { city: null, country: null, line1: null, line2: null, postal_code: null, state: null, ...read };
};

export const shipping: Check<object> = (value, name) => {
	const fields = {
		address: required(address),
		name: required(text),
		carrier: text,
		phone: text,
		tracking_number: text,
	};
	return { carrier: null, phone: null, tracking_number: null, ...object(fields)(value, name) };
};

/** What changes the metadata: an empty value removes a key, an empty string all. */
export const metadata: Check<Metadata | null> = (value, name) => {
	if (value === "") return null;
	const entries = Object.entries(Object(value));
	if (typeof value !== "object") throw badParam("Invalid hash", name);
	if (entries.length > 50) throw badParam("You can have up to 50 metadata keys.", name);
	for (const [key, item] of entries) {
		if (key.length > 40) throw badParam(`Metadata keys can be up to 40 characters: ${key}`, name);
		if (typeof item !== "string") throw badParam(`Metadata values must be strings: ${key}`, `${name}[${key}]`);
		if (item.length > 500) throw badParam("Metadata values can have up to 500 characters.", `${name}[${key}]`);
	}
	return Object.fromEntries(entries) as Metadata;
};

export function mergeMetadata(before: Metadata, change: Metadata | null | undefined): Metadata {
	if (change === undefined) return before;
	if (change === null) return {};
	return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ""));
}
