import type { HttpRequest } from "./http.ts";

export type Params = Record<string, unknown>;

/** The request body could not be read; the message says why. */
export class UnreadableBody extends Error {}

/** The body as an object: JSON, or a form with Stripe's bracket nesting (`a[b][0]=c`, `a[]=c`), all of whose leaves are strings. */
export function parseBody(request: HttpRequest): Params {
	if (request.raw.length === 0) return {};
	const text = request.raw.toString("utf8");
	if (!request.headers["content-type"]?.startsWith("application/json")) return parseForm(new URLSearchParams(text));
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new UnreadableBody("The request body is not valid JSON.");
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw new UnreadableBody("The request body must be a JSON object.");
	return value as Params;
}

/** A form or query as nested objects. Keys that are 0, 1, 2 ... or empty make an array. */
export function parseForm(form: URLSearchParams): Params {
	const root = tree();
	let nested = false;
	for (const [key, value] of form) {
		const bracket = key.indexOf("[");
		if (bracket <= 0 || !key.endsWith("]")) {
			root[key] = value;
			continue;
		}
		nested = true;
		const path = [key.slice(0, bracket), ...key.slice(bracket + 1, -1).split("][")];
		if (path.length > 16) throw new UnreadableBody(`The parameter ${path[0]} is nested too deeply.`);
		let node = root;
		for (let i = 0; i < path.length - 1; i++) {
			const name = path[i]!;
			const next = node[name];
			if (typeof next === "object") node = next as Params;
			else {
				const child = tree();
				node[name] = child;
				node = child;
			}
		}
		const last = path[path.length - 1]!;
		node[last === "" ? String(Object.keys(node).length) : last] = value;
	}
	return nested ? (arrays(root) as Params) : root;
}

// Without a prototype, `__proto__[x]=y` is a key like any other.
function tree(): Params {
	return Object.create(null) as Params;
}

function arrays(node: unknown): unknown {
	if (typeof node !== "object" || node === null) return node;
	const entries = Object.entries(node);
	if (entries.length > 0 && entries.every(([key], i) => key === String(i))) return entries.map(([, v]) => arrays(v));
	for (const [key, value] of entries) if (typeof value === "object") (node as Params)[key] = arrays(value);
	return node;
}
