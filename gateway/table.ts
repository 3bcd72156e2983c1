import type { TSchema } from "typebox";
import type { Contract, Route } from "../schemas/contract.ts";
import { isScope } from "../schemas/scopes.ts";

/** A contract as the gateway serves it. */
export interface Entry {
	contract: Contract;
	route: Route;
	/** Names of the path's parameters. */
	path: string[];
	/** How a query parameter's text becomes a value, by name. */
	coerce: Map<string, "string" | "number" | "boolean">;
}

interface Node {
	children: Map<string, Node>;
	parameter?: { name: string; node: Node };
	entries: Map<string, Entry>;
}

export type Match =
	| { kind: "found"; entry: Entry; params: Record<string, string> }
	| { kind: "method"; allow: string[] }
	| { kind: "none" };

/** Routes as a tree of path segments: the time to find one does not grow with their number. */
export class Table {
	readonly #root: Node = { children: new Map(), entries: new Map() };
	readonly entries: Entry[] = [];

	constructor(contracts: readonly Contract[]) {
		for (const contract of contracts) if (contract.route) this.#add(contract, contract.route);
	}

	#add(contract: Contract, route: Route): void {
		if (!isAccess(route.access))
			throw new Error(
				`${contract.name} does not say who may ask ${route.method} ${route.path}: its access must be "anyone", "customer" or a scope of schemas/scopes.ts`,
			);
		let node = this.#root;
		const path: string[] = [];
		for (const segment of route.path.slice(1).split("/")) {
			if (segment.startsWith(":")) {
				const name = segment.slice(1);
				path.push(name);
				node.parameter ??= { name, node: { children: new Map(), entries: new Map() } };
				node = node.parameter.node;
			} else {
				const child = node.children.get(segment) ?? { children: new Map(), entries: new Map() };
				node.children.set(segment, child);
				node = child;
			}
		}
		if (node.entries.has(route.method)) throw new Error(`${route.method} ${route.path} is stated twice`);
		const entry = { contract, route, path, coerce: coercions(contract.params) };
		node.entries.set(route.method, entry);
		this.entries.push(entry);
	}

	/** Finds the contract of a request; HEAD is served by GET. */
	match(method: string, pathname: string): Match {
		let node = this.#root;
		const values: string[] = [];
		for (const segment of pathname.slice(1).split("/")) {
			const child = node.children.get(segment);
			if (child) node = child;
			else if (node.parameter && segment !== "") {
				values.push(decode(segment));
				node = node.parameter.node;
			} else return { kind: "none" };
		}
		const entry = node.entries.get(method === "HEAD" ? "GET" : method);
		if (!entry) return node.entries.size > 0 ? { kind: "method", allow: allowed(node) } : { kind: "none" };
		const params: Record<string, string> = {};
		for (const [index, name] of entry.path.entries()) params[name] = values[index] as string;
		return { kind: "found", entry, params };
	}
}

const isAccess = (access: unknown) => access === "anyone" || access === "customer" || isScope(access);

const allowed = ({ entries }: Node) =>
	[...entries.keys()].flatMap((method) => (method === "GET" ? [method, "HEAD"] : method));

function decode(segment: string): string {
	if (!segment.includes("%")) return segment;
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

/** The properties of a schema, those of all branches for a union. */
export function propertiesOf(schema: TSchema): Record<string, TSchema> {
	const { properties, anyOf } = schema as { properties?: Record<string, TSchema>; anyOf?: TSchema[] };
	return properties ?? Object.assign({}, ...(anyOf ?? []).map(propertiesOf));
}

function coercions(schema: TSchema): Entry["coerce"] {
	const kinds: Entry["coerce"] = new Map();
	for (const [name, property] of Object.entries(propertiesOf(schema))) {
		const { type } = property as { type?: string };
		kinds.set(name, type === "integer" || type === "number" ? "number" : type === "boolean" ? "boolean" : "string");
	}
	return kinds;
}
