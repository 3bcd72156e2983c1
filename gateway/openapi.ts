import type { TSchema } from "typebox";
import type { Contract, Route } from "../schemas/contract.ts";
import { type ErrorCode, errors } from "../schemas/errors.ts";
import { propertiesOf } from "./table.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of all routes, from the very schemas that check requests. */
export function openapi(contracts: readonly Contract[], version: string): Json {
	const paths: Record<string, Json> = {};
	for (const contract of contracts) {
		const { route } = contract;
		if (!route) continue;
		const path = route.path.replace(/:(\w+)/g, "{$1}");
		paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(contract, route) };
	}
	return {
		openapi: "3.1.0",
		info: { title: "Tradewind", version, description: "An online shop: catalogue, cart, checkout, orders, reviews." },
		servers: [{ url: "/" }],
		paths,
		components: {
			securitySchemes: {
				bearer: { type: "http", scheme: "bearer", description: "An access token, or an API key" },
				cartToken: { type: "apiKey", in: "header", name: "Cart-Token" },
				orderToken: { type: "apiKey", in: "header", name: "Order-Token" },
			},
			schemas: { Problem: problemSchema },
		},
	};
}

const problemSchema = {
	type: "object",
	required: ["type", "title", "status", "detail", "code", "requestId"],
	properties: {
		type: { type: "string" },
		title: { type: "string" },
		status: { type: "integer" },
		detail: { type: "string" },
		code: { type: "string", enum: Object.keys(errors) },
		requestId: { type: "string" },
		errors: {
			type: "array",
			items: {
				type: "object",
				required: ["path", "message"],
				properties: { path: { type: "string" }, message: { type: "string" } },
			},
		},
	},
};

function operation(contract: Contract, route: Route): Json {
	const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
	const inQuery = route.method === "GET" || route.method === "DELETE";
	const properties = propertiesOf(contract.params);
	const required = new Set((contract.params as { required?: string[] }).required ?? []);
	const parameters: Json[] = names.map((name) => ({
		name,
		in: "path",
		required: true,
		schema: properties[name] ?? { type: "string" },
	}));
	if (inQuery) {
		for (const [name, schema] of Object.entries(properties)) {
			if (!names.includes(name)) parameters.push({ name, in: "query", required: required.has(name), schema });
		}
	}
	if (route.method === "POST")
		parameters.push(
			header("Idempotency-Key", route.idempotency === "required", { type: "string", minLength: 1, maxLength: 255 }),
		);
	if (route.ifMatch) parameters.push(header("If-Match", false, { type: "string" }));
	if (route.produces === "text/event-stream") parameters.push(header("Last-Event-ID", false, { type: "string" }));
	return {
		operationId: contract.name,
		summary: contract.summary,
		tags: [contract.name.split(".")[0]],
		parameters,
		...(inQuery ? {} : { requestBody: requestBody(contract.params, names, route) }),
		responses: responses(contract, route),
		...(route.access === "anyone" ? {} : { security: [{ bearer: [] }] }),
		...(route.access === "anyone" || route.access === "customer" ? {} : { "x-scope": route.access }),
	};
}

const header = (name: string, required: boolean, schema: Json) => ({ name, in: "header", required, schema });

function requestBody(params: TSchema, names: string[], route: Route): Json | undefined {
	if (route.accepts) return { required: true, content: { [route.accepts]: { schema: { type: "string" } } } };
	const schema = withoutPath(params, names);
	const empty = Object.keys(propertiesOf(schema as TSchema)).length === 0;
	return empty ? undefined : { required: true, content: { "application/json": { schema } } };
}

/** The schema of the body: the params less those that stand in the path. */
function withoutPath(schema: TSchema, names: string[]): Json {
	const { anyOf, properties, required, ...rest } = schema as unknown as Json & {
		anyOf?: TSchema[];
		properties?: Json;
		required?: string[];
	};
	if (anyOf) return { anyOf: anyOf.map((branch) => withoutPath(branch, names)) };
	return {
		...rest,
		properties: Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => !names.includes(name))),
		...(required ? { required: required.filter((name) => !names.includes(name)) } : {}),
	};
}

function responses(contract: Contract, route: Route): Json {
	const success = String(route.status ?? 200);
	const content =
		route.status === 204
			? undefined
			: { [route.produces ?? "application/json"]: { schema: route.produces ? { type: "string" } : contract.result } };
	const found: Record<string, Json> = { [success]: { description: "Done", ...(content ? { content } : {}) } };
	if (route.otherwise) found[route.otherwise.status] = { description: "Under way", content };
	if (route.etag) found["304"] = { description: "Not changed" };
	const codes = new Set<ErrorCode>([
		...contract.errors,
		"validation_failed",
		"too_many_requests",
		"internal_error",
		"unavailable",
		"timeout",
	]);
	codes.add("malformed_request");
	codes.add("invalid_token");
	if (route.status !== 204) codes.add("not_acceptable");
	if (route.access !== "anyone") codes.add("unauthenticated").add("forbidden");
	if (route.method !== "GET" && route.method !== "DELETE") {
		codes.add("payload_too_large").add("unsupported_media_type").add("request_timeout");
	}
	if (route.method === "POST") codes.add("idempotency_conflict").add("idempotency_in_flight");
	for (const code of codes) {
		const status = String(errors[code].status);
		const known = found[status]?.description as string | undefined;
		found[status] = {
			description: known ? `${known}, ${code}` : code,
			content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
		};
	}
	return found;
}
