import { parsing, unsupported } from "./errors.ts";

export type Json = Record<string, unknown>;

/** `value` as an object, or a parsing_exception that names the place. */
export function object(value: unknown, where: string): Json {
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw parsing(`[${where}] must be an object`);
	return value as Json;
}

/** Refuses every key of `value` that is not in `known`: an option that is not understood would change the result. */
export function only(value: Json, known: readonly string[], where: string): void {
	for (const key in value) if (!known.includes(key)) throw unsupported(`${where}.${key}`);
}

export function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [value];
}

export function text(value: unknown, where: string): string {
	if (typeof value === "string") return value;
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	throw parsing(`[${where}] must be a string`);
}

export function number(value: unknown, where: string): number {
	const parsed = typeof value === "string" && value !== "" ? Number(value) : value;
	if (typeof parsed !== "number" || !Number.isFinite(parsed)) throw wrong(where);
	return parsed;
}

export function whole(value: unknown, where: string): number {
	const parsed = number(value, where);
	if (!Number.isInteger(parsed) || parsed < 0) throw wrong(where);
	return parsed;
}

/** The only key of an object such as `{ match: {...} }`, with its value. */
export function single(value: unknown, where: string): [string, unknown] {
	const keys = Object.keys(object(value, where));
	if (keys.length !== 1) throw parsing(`[${where}] malformed query, expected one field name but found ${keys.length}`);
	return [keys[0]!, (value as Json)[keys[0]!]];
}

function wrong(where: string): Error {
	return parsing(`[${where}] must be a number`);
}
