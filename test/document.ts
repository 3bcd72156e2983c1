import { Ajv2020 as Ajv, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { openapi } from "../gateway/openapi.ts";
import { contracts } from "../schemas/index.ts";

export type Json = Record<string, unknown>;
interface Header {
	required?: boolean;
	schema: Json;
}
export interface Operation {
	operationId: string;
	parameters: { name: string; in: "path" | "query" | "header"; required: boolean; schema: Json }[];
	requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
	responses: Record<
		string,
		{
			description: string;
			headers: Record<string, Header | { $ref: string }>;
			content?: Record<string, { schema: Json }>;
		}
	>;
	security: Record<string, string[]>[];
	"x-scope"?: string;
}
export interface Route {
	method: string;
	path: string;
	operation: Operation;
	/** `GET /v1/orders/{id}` */
	title: string;
}

/** The OpenAPI document as a shop serves it. */
export const document = openapi(contracts, "1.0.0") as unknown as {
	paths: Record<string, Record<string, Operation>>;
	components: { headers: Record<string, Header> };
};

/** Every route that stands in the document. */
export const routes: Route[] = Object.entries(document.paths).flatMap(([path, operations]) =>
	Object.entries(operations).map(([method, operation]) => ({
		method: method.toUpperCase(),
		path,
		operation,
		title: `${method.toUpperCase()} ${path}`,
	})),
);

const ajv = new Ajv({ strict: false, allErrors: true });
(formats as unknown as (ajv: Ajv) => void)(ajv);
ajv.addSchema(document as object, "api");

/** The check of a schema that stands in the document at these keys; compiled when it is first asked for. */
export function checkAt(...keys: string[]): ValidateFunction {
	const at = keys.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1")));
	const check = ajv.getSchema(`api#/${at.join("/")}`);
	if (!check) throw new Error(`nothing stands at ${keys.join(" ")}`);
	return check;
}

/** Whether a value fits a schema. */
export const fits = (schema: object, value: unknown): boolean => ajv.validate(schema, value);

/** Why a value does not fit a schema; null when it does. */
export const misfit = (schema: object, value: unknown) => (fits(schema, value) ? null : explained(ajv.errors));

/** The body's schema of a route that takes JSON. */
export const bodyOf = ({ operation }: Route): Json | undefined =>
	operation.requestBody?.content["application/json"]?.schema;

const templates = routes.map((route) => ({
	route,
	pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, "[^/]+")}/?$`),
	parameters: route.path.split("{").length,
}));

/** The route of a request; a fixed segment comes before a parameter. */
export function routeOf(method: string, pathname: string): Route | undefined {
	const asked = method === "HEAD" ? "GET" : method;
	return templates
		.filter(({ route, pattern }) => route.method === asked && pattern.test(pathname))
		.sort((a, b) => a.parameters - b.parameters)[0]?.route;
}

export interface Told {
	status: number;
	headers: Headers;
	/** Undefined for what is not read: streams, and what answers HEAD. */
	text?: string;
}

/** What of an answer is not as the document says; null when all is. */
export function disagreement({ method, path, operation }: Route, { status, headers, text }: Told): string | null {
	const stated = operation.responses[status];
	if (!stated) return `the status ${status} is not documented`;
	for (const [name, header] of Object.entries(stated.headers)) {
		const { required, schema } =
			"$ref" in header ? (document.components.headers[header.$ref.split("/").at(-1) as string] as Header) : header;
		const value = headers.get(name);
		if (value === null && required) return `the header ${name} is missing`;
		if (value !== null && !fits(schema, value)) return `the header ${name} is ${value}`;
	}
	if (text === undefined) return null;
	if (!stated.content) return text === "" ? null : "a body is not documented";
	const media = (headers.get("content-type") ?? "").split(";")[0] as string;
	if (!stated.content[media]) return `the media type ${media || "(none)"} is not documented`;
	if (!/json$/.test(media)) return null;
	const body = JSON.parse(text) as Json;
	const check = checkAt("paths", path, method.toLowerCase(), "responses", String(status), "content", media, "schema");
	if (!check(body)) return explained(check.errors);
	if (status >= 400 && !stated.description.split(", ").includes(String(body.code)))
		return `the code ${body.code} is not documented`;
	return null;
}

const explained = (errors: ErrorObject[] | null | undefined): string =>
	(errors ?? [])
		.slice(0, 3)
		.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
		.join("; ");
