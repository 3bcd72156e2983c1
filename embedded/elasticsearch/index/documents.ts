import type { Json } from "../body.ts";
import { ElasticError } from "../errors.ts";
import type { Field, Mapping, Place } from "./mapping.ts";

/** What a document holds for each field, by the field's id. */
export type Values = (unknown[] | undefined)[];

const BOUNDS: Record<string, number> = { byte: 2 ** 7, short: 2 ** 15, integer: 2 ** 31, long: 2 ** 63 };

/** Takes a document apart by its mapping. A value that does not fit its field is a document_parsing_exception. */
export function valuesOf(mapping: Mapping, document: Json, id: string): Values {
	const values: Values = new Array(mapping.list.length);
	collect(mapping.root, document, "", id, values);
	return values;
}

function collect(place: Place, document: Json, path: string, id: string, values: Values): void {
	for (const key in document) {
		const at = place.below!.get(key);
		if (at !== undefined) {
			put(at, document[key], path === "" ? key : `${path}.${key}`, id, values);
			continue;
		}
		if (key.includes(".") && document[key] !== null)
			throw unmapped(key, "a dotted name is not taken by the embedded server");
		if (place.dynamic === "false") continue;
		if (place.dynamic === "true") throw unmapped(key, "dynamic mapping is not supported by the embedded server");
		throw new ElasticError(
			400,
			"strict_dynamic_mapping_exception",
			`mapping set to strict, dynamic introduction of [${key}] within [${path || "_doc"}] is not allowed`,
		);
	}
}

function put(place: Place, value: unknown, path: string, id: string, values: Values): void {
	if (!place.enabled || value === null || value === undefined) return;
	if (Array.isArray(value)) {
		for (const one of value) put(place, one, path, id, values);
		return;
	}
	if (place.below !== null) {
		if (typeof value !== "object")
			throw misfit(`object mapping for [${path}] tried to parse field [${path}] as object, but found a concrete value`);
		collect(place, value as Json, path, id, values);
		return;
	}
	for (const field of place.fields) {
		const converted = convert(field, value, id);
		if (converted === undefined) continue;
		const known = values[field.id];
		if (known === undefined) values[field.id] = [converted];
		else known.push(converted);
	}
}

function convert(field: Field, value: unknown, id: string): unknown {
	if (typeof value === "object") throw unfit(field, value, id);
	if (field.type === "text") return String(value);
	if (field.type === "keyword") {
		const string = String(value);
		if (string.length > field.ignoreAbove) return undefined;
		return field.normalize === null ? string : field.normalize(string);
	}
	const number = toNumber(field, value);
	if (number === null) throw unfit(field, value, id);
	return number;
}

/** A value of a numeric, boolean or date field as its number; null if it is none. */
export function toNumber(field: Field, value: unknown): number | null {
	if (field.type === "boolean") {
		if (value === true || value === "true") return 1;
		return value === false || value === "false" || value === "" ? 0 : null;
	}
	if (field.type === "date") return toMillis(value);
	const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
	if (typeof number !== "number" || !Number.isFinite(number)) return null;
	const bound = BOUNDS[field.type];
	if (bound !== undefined) return number < -bound || number >= bound ? null : Math.trunc(number);
	return field.type === "float" ? Math.fround(number) : number;
}

function toMillis(value: unknown): number | null {
	if (typeof value === "number") return Math.trunc(value);
	if (typeof value !== "string") return null;
	if (/^-?\d{5,}$/.test(value)) return Number(value);
	if (!/^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?)?)?$/.test(value)) return null;
	const zoned = !value.includes("T") || /(Z|[+-]\d\d(:?\d\d)?)$/.test(value.slice(value.indexOf("T")));
	const hours = /T\d\d(Z|[+-]|$)/.test(value) ? value.replace(/T(\d\d)/, "T$1:00") : value;
	const millis = Date.parse(zoned ? hours : `${hours}Z`);
	return Number.isNaN(millis) ? null : millis;
}

function unfit(field: Field, value: unknown, id: string): ElasticError {
	const shown = typeof value === "object" ? JSON.stringify(value) : String(value);
	return misfit(
		`failed to parse field [${field.name}] of type [${field.type}] in document with id '${id}'. Preview of field's value: '${shown}'`,
	);
}

function misfit(reason: string): ElasticError {
	return new ElasticError(400, "document_parsing_exception", reason);
}

function unmapped(key: string, why: string): ElasticError {
	return new ElasticError(400, "document_parsing_exception", `[${key}] is not mapped, and ${why}`);
}
