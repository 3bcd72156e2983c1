import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv } from "ajv";

type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: object };
type Operation = {
	responses: Record<string, { content?: Record<string, { schema?: object }> }>;
	requestBody?: unknown;
};

/** For tests: what a provider publishes of its API, by which answers are judged. */
export type Specification = {
	/** The faults of an answer, none when it is as the document says. `path` is that of the document, with `{id}`. */
	faults(method: string, path: string, status: number, body: unknown): string[];
	/** Whether the document has the text as a value, such as the name of an issue. */
	names(value: string): boolean;
	/** The faults of any value as a schema of the document. */
	faultsAs(schema: string, body: unknown): string[];
};

/** The file lies beside the project: in `shared/data/providers` of a folder above it. */
export function specification(file: string): Specification | null {
	const found = find(file);
	if (!found) return null;
	const raw = readFileSync(found);
	const text = (file.endsWith(".gz") ? gunzipSync(raw) : raw).toString();
	const document = JSON.parse(text) as Document;
	const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
	ajv.addSchema({ $id: "api", components: asJsonSchema(document.components) as object });
	const check = (schema: object, body: unknown) => {
		const validate = ajv.compile(schema);
		if (validate(body)) return [];
		return (validate.errors ?? []).map(
			({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
		);
	};
	return {
		faults(method, path, status, body) {
			const operation = document.paths[path]?.[method.toLowerCase()];
			if (!operation) return [`${method} ${path} is not in the document`];
			const { responses } = operation;
			const response = responses[status] ?? responses.default;
			if (!response) return [`${method} ${path} does not answer ${status}`];
			const schema = Object.values(response.content ?? {})[0]?.schema;
			return schema ? check(asJsonSchema(schema) as object, body) : [];
		},
		names: (value) => text.includes(`"${value}"`),
		faultsAs: (schema, body) => check({ $ref: `api#/components/schemas/${schema}` }, body),
	};
}

function find(file: string): string | null {
	for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
		const path = join(folder, "shared/data/providers", file);
		if (existsSync(path)) return path;
		if (folder === dirname(folder)) return null;
	}
}

// OpenAPI 3.0 says `nullable` where JSON Schema says `null`, and its references are those of the document.
function asJsonSchema(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(asJsonSchema);
	if (typeof node !== "object" || node === null) return node;
	const { nullable, discriminator: _d, example: _e, examples: _s, ...rest } = node as Record<string, unknown>;
	const schema = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asJsonSchema(value)]));
	if (typeof schema.$ref === "string") schema.$ref = schema.$ref.replace(/^#/, "api#");
	// Not `true` where a property has that name.
	return nullable === true ? { anyOf: [{ type: "null" }, schema] } : schema;
}
