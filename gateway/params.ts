import { fail } from "../runtime/errors.ts";
import type { Entry } from "./table.ts";

const NUMBER = /^-?(0|[1-9]\d{0,15})(\.\d{1,10})?$/;

/** Query parameters as values of the types that the contract names; one that stands twice is refused. */
export function fromQuery(entry: Entry, query: string): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	if (query === "") return values;
	if (query.length > 8_192) throw invalid("", "the query is longer than 8,192 characters");
	for (const [name, text] of new URLSearchParams(query)) {
		const kind = entry.coerce.get(name);
		if (!kind || entry.path.includes(name)) throw invalid(`/${name.slice(0, 100)}`, "is not a known parameter");
		if (Object.hasOwn(values, name)) throw invalid(`/${name}`, "stands more than once");
		if (kind === "number" && NUMBER.test(text)) values[name] = Number(text);
		else if (kind === "boolean" && (text === "true" || text === "false")) values[name] = text === "true";
		else values[name] = text;
	}
	return values;
}

/** The params of a contract: the path's, and the body's or for GET and DELETE the query's; the path's names may not stand in the body. */
export function paramsOf(
	entry: Entry,
	path: Record<string, string>,
	query: string,
	body: unknown,
): Record<string, unknown> {
	const fields = fieldsOf(body);
	if (entry.route.method === "GET" || entry.route.method === "DELETE") {
		const [name] = Object.keys(fields);
		if (name !== undefined) throw invalid(`/${name.slice(0, 100)}`, "is not a known field");
		return { ...fromQuery(entry, query), ...path };
	}
	if (query !== "") throw invalid(`/${query.split("=", 1)[0]?.slice(0, 100)}`, "is not a known parameter");
	for (const name of entry.path) if (Object.hasOwn(fields, name)) throw invalid(`/${name}`, "is not a known field");
	return { ...fields, ...path };
}

/** Of a body; none where there is no body. */
function fieldsOf(body: unknown): object {
	if (body === undefined) return {};
	if (typeof body !== "object" || body === null || Array.isArray(body))
		throw invalid("", "the body must be a JSON object");
	return body;
}

const invalid = (path: string, message: string) => fail("validation_failed", { errors: [{ path, message }] });
