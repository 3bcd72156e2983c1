import { Errors } from "moleculer";
import { type ErrorCode, errors } from "../schemas/errors.ts";

const { MoleculerError } = Errors;

/** Facts that go along with an error and are shown to the caller, e.g. `{ lines: [{ sku, available }] }`. */
export type ErrorData = Record<string, unknown> & { errors?: { path: string; message: string }[] };

/**
 * The one way to throw to a caller: `throw fail("out_of_stock", { lines })`.
 * @param detail what happened this time, in words; the catalogue's title unless told
 */
export function fail(code: ErrorCode, data: ErrorData = {}, detail: string = errors[code].title): Error {
	return new MoleculerError(detail, errors[code].status, code, data);
}

/** The catalogue's code that an error carries, also after it travelled over the broker; null for one that is not of the catalogue. */
export function codeOf(error: unknown): ErrorCode | null {
	const type = (error as { type?: unknown } | null)?.type;
	return typeof type === "string" && Object.hasOwn(errors, type) ? (type as ErrorCode) : null;
}

/** An error that another attempt may not meet: a missing answer, a node that went, a provider that is down. */
export function isTransient(error: unknown): boolean {
	const code = codeOf(error);
	if (code) return errors[code].status >= 500;
	const type = (error as { code?: unknown }).code;
	return typeof type !== "number" || type >= 500 || type === 404 || type === 429;
}
