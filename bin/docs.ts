import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TSchema } from "typebox";
import type { EventContract } from "../schemas/contract.ts";
import { errors } from "../schemas/errors.ts";
import { contracts } from "../schemas/index.ts";
import { type Setting, settings } from "../schemas/settings.ts";
import { natsConf } from "./nats-conf.ts";
import { loadServices, SERVICES } from "./services.ts";

const root = join(import.meta.dirname, "..");
const WRITTEN = "Written by `npm run docs` from";

/** Every document that is written from `schemas/`, by its path in the project. */
export async function documents(): Promise<Map<string, string>> {
	const readme = readFileSync(join(root, "README.md"), "utf8");
	return new Map([
		["docs/errors.md", errorsPage()],
		["docs/events.md", eventsPage(await statedEvents())],
		["README.md", withSettings(readme)],
		["deploy/nats.conf", natsConf(await loadServices(SERVICES))],
	]);
}

function errorsPage(): string {
	const rows = Object.entries(errors).map(([code, { status, title }]) => {
		const givers = contracts.filter((contract) => (contract.errors as readonly string[]).includes(code));
		const services = new Set(givers.map(({ name }) => name.slice(0, name.indexOf("."))));
		return [`\`${code}\``, String(status), title, [...services].join(", ") || "gateway"];
	});
	return `# Errors

${WRITTEN} \`schemas/errors.ts\` and the contracts.

Every answer that is not a success is \`application/problem+json\` (RFC 9457):
\`{ type, title, status, detail, code, requestId }\`, for \`validation_failed\` with \`errors: [{ path, message }]\`.
The last column names the services whose contracts declare a code; the OpenAPI document says which of them. The codes of
reading, signing in and limits come from the gateway on every route.

${table(["code", "status", "meaning", "given by"], rows)}
`;
}

/** Every event that a file of `schemas/` states, by service and name. */
export async function statedEvents(): Promise<EventContract[]> {
	const files = readdirSync(join(root, "schemas")).filter((file) => file.endsWith(".ts") && file !== "index.ts");
	const modules = await Promise.all(files.map((file) => import(join(root, "schemas", file)) as Promise<object>));
	const found = new Set(modules.flatMap((module) => Object.values(module)).filter(isEvent));
	return [...found].sort((a, b) => a.service.localeCompare(b.service) || a.name.localeCompare(b.name));
}

const isEvent = (value: unknown): value is EventContract =>
	typeof value === "object" && value !== null && "data" in value && "service" in value && "name" in value;

function eventsPage(found: EventContract[]): string {
	const rows = found.map(({ name, service, summary, data }) => [`\`${name}\``, service, summary, fields(data)]);
	return `# Events

${WRITTEN} \`schemas/\`.

An event is published after the change that it tells of, at least once, and carries ids and figures, no personal data. It may
arrive twice, late and out of order; whoever hears it changes nothing then.

${table(["event", "published by", "what happened", "data"], rows)}
`;
}

function fields(schema: TSchema): string {
	const { properties = {}, required = [] } = schema as { properties?: Record<string, TSchema>; required?: string[] };
	return Object.entries(properties)
		.map(([name, property]) => `\`${name}${required.includes(name) ? "" : "?"}\` ${typeOf(property)}`)
		.join(", ");
}

function typeOf(schema: TSchema): string {
	const { type, anyOf, items, enum: values, properties } = schema as Record<string, unknown> & { type?: string };
	if (anyOf) return (anyOf as TSchema[]).map(typeOf).join(" or ");
	if (values) return (values as unknown[]).map((value) => JSON.stringify(value)).join(" ");
	if (items) return `list of ${typeOf(items as TSchema)}`;
	if (properties) return `{ ${Object.keys(properties).join(", ")} }`;
	return type ?? "any";
}

const START = "<!-- settings: written by npm run docs -->";
const END = "<!-- /settings -->";

/** The README with the table of settings between its two marks as `schemas/settings.ts` has it. */
function withSettings(readme: string): string {
	const start = readme.indexOf(START);
	const end = readme.indexOf(END);
	if (start === -1 || end < start) throw new Error(`README.md must have the marks ${START} and ${END}`);
	return `${readme.slice(0, start + START.length)}\n\n${settingsTable()}\n\n${readme.slice(end)}`;
}

function settingsTable(): string {
	const rows = Object.entries(settings as Record<string, Setting>).map(([name, setting]) => [
		`\`${name}\``,
		setting.default ? `\`${setting.default}\`` : "",
		`${setting.summary}${setting.choices ? `. One of ${setting.choices.map((choice) => `\`${choice}\``).join(", ")}` : ""}`,
	]);
	return table(["name", "unless set", "what it is"], rows);
}

/** A table as the formatter sets it. */
function table(head: string[], rows: string[][]): string {
	const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
	const widths = head.map((_title, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
	const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
	const [titles = [], ...body] = cells;
	return [line(titles), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

if (import.meta.main) {
	for (const [path, text] of await documents()) writeFileSync(join(root, path), text);
}
