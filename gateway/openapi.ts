import type { TSchema } from "typebox";
import type { Contract, Route } from "../schemas/contract.ts";
import { type ErrorCode, errors } from "../schemas/errors.ts";
import { bounded } from "./openapi-bounds.ts";
import { answerHeaders, headers, Problem, refusalHeaders, securityOf, securitySchemes } from "./openapi-parts.ts";
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
		info: {
			title: "Tradewind",
			version,
			description: "An online shop: catalogue, cart, checkout, orders, reviews.",
			license: { name: "MIT", identifier: "MIT" },
			contact: { name: "Whoever runs this shop" },
		},
		servers: [{ url: "/", description: "This very shop, in production as in tests", "x-internal": false }],
		tags: [...new Set(contracts.filter(({ route }) => route).map(serviceOf))].map((name) => ({ name })),
		paths,
		components: { securitySchemes, headers, schemas: { Problem: bounded(Problem) } },
	};
}

/** The service of a contract: the tag of its route. */
export const serviceOf = ({ name }: Contract) => name.slice(0, name.indexOf("."));

function operation(contract: Contract, route: Route): Json {
	const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
	const inQuery = route.method === "GET" || route.method === "DELETE";
	const properties = propertiesOf(contract.params);
	const required = new Set((contract.params as { required?: string[] }).required ?? []);
	const parameters: Json[] = names.map((name) => ({
		name,
		in: "path",
		required: true,
		schema: bounded(properties[name] ?? { type: "string" }),
	}));
	if (inQuery) {
		for (const [name, schema] of Object.entries(properties)) {
			if (!names.includes(name))
				parameters.push({ name, in: "query", required: required.has(name), schema: bounded(schema) });
		}
	}
	if (route.method === "POST")
		parameters.push(
			header("Idempotency-Key", route.idempotency === "required", { type: "string", minLength: 1, maxLength: 255 }),
		);
	if (route.ifMatch) parameters.push(header("If-Match", false, { type: "string", maxLength: 4_096 }));
	if (route.produces === "text/event-stream")
		parameters.push(header("Last-Event-ID", false, { type: "string", maxLength: 9, pattern: "^[0-9]{1,9}$" }));
	return {
		operationId: contract.name,
		summary: contract.summary,
		description: `${contract.summary}.`,
		tags: [serviceOf(contract)],
		parameters,
		...(inQuery ? {} : { requestBody: requestBody(contract.params, names, route) }),
		responses: responses(contract, route),
		security: securityOf(route),
		...(route.access === "anyone" || route.access === "customer" ? {} : { "x-scope": route.access }),
	};
}

const header = (name: string, required: boolean, schema: Json) => ({ name, in: "header", required, schema });

/** Text that is streamed, of any length. */
const streamed = (contentMediaType: string) => ({ [contentMediaType]: { schema: { contentMediaType } } });

function requestBody(params: TSchema, names: string[], route: Route): Json | undefined {
	if (route.accepts) return { required: true, content: streamed(route.accepts) };
	const schema = bounded(withoutPath(params, names));
	const empty = Object.keys(propertiesOf(schema as TSchema)).length === 0;
	return empty ? undefined : { required: needed(schema), content: { "application/json": { schema } } };
}

/** Whether an empty body would lack a field: one that is not sent is as good as an empty one. */
function needed({ required, anyOf }: Json): boolean {
	return anyOf ? (anyOf as Json[]).every(needed) : ((required ?? []) as string[]).length > 0;
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
	const content = route.produces
		? streamed(route.produces)
		: { "application/json": { schema: bounded(contract.result) } };
	const replayable = route.method === "POST";
	const done = answerHeaders(
		...(route.etag ? ["ETag" as const] : []),
		...(replayable ? ["Idempotent-Replayed" as const] : []),
	);
	const found: Record<string, Json> = {
		[success]: { description: "Done", headers: done, ...(route.status === 204 ? {} : { content }) },
	};
	if (route.otherwise) found[route.otherwise.status] = { description: "Under way", headers: done, content };
	if (route.etag && !replayable) found["304"] = { description: "Not changed", headers: answerHeaders("ETag") };
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
	codes.add("card_number_refused");
	if (route.method !== "GET" && route.method !== "DELETE") {
		codes.add("payload_too_large").add("unsupported_media_type").add("request_timeout");
	}
	if (route.method === "POST") codes.add("idempotency_conflict").add("idempotency_in_flight");
	if (route.idempotency) codes.add("idempotency_key_required");
	for (const code of codes) {
		const status = String(errors[code].status);
		const known = found[status]?.description as string | undefined;
		found[status] = {
			description: known ? `${known}, ${code}` : code,
			headers: refusalHeaders(errors[code].status, replayable),
			content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
		};
	}
	return found;
}
