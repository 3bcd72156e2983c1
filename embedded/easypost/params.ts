import type { Params } from "../form.ts";
import { invalid, required } from "./errors.ts";

export const isObject = (value: unknown): value is Params =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** The object below `name`, as EasyPost wraps what it is given: `{ "shipment": { ... } }`. */
export function wrapped(body: Params, name: string): Params {
	const value = body[name];
	if (!isObject(value)) throw required(name);
	return value;
}

/** A text or null; EasyPost takes numbers for texts, and an empty text stays one. */
export function text(params: Params, field: string): string | null {
	const value = params[field] ?? null;
	if (value === null || typeof value === "string") return value;
	if (typeof value === "number") return String(value);
	throw invalid(field, "must be a string");
}

/** A number above 0, given as number or as text; null when absent. */
export function positive(params: Params, field: string): number | null {
	const value = params[field];
	if (value === undefined || value === null || value === "") return null;
	const number = typeof value === "string" ? Number(value) : value;
	if (typeof number !== "number" || !Number.isFinite(number) || number <= 0) throw invalid(field, "must be above 0");
	return number;
}
