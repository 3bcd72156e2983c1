import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import test from "ava";
import { statedEvents } from "../bin/docs.ts";
import { loadServices, SERVICES } from "../bin/services.ts";
import { openapi } from "../gateway/openapi.ts";
import type { EventContract } from "../schemas/contract.ts";
import { contracts } from "../schemas/index.ts";
import { isScope, scopes } from "../schemas/scopes.ts";
import { ALLOWED, ROUTES } from "./routes.ts";

const root = join(import.meta.dirname, "..");
const all = globSync("**/*.ts", { cwd: root, exclude: (path) => /node_modules|\.tradewind/.test(path) });
const isTest = (path: string) => path.endsWith(".test.ts");

/** Remembers what was worked out for a path. */
function once<T>(work: (path: string) => T): (path: string) => T {
	const known = new Map<string, T>();
	return (path) => {
		const found = known.get(path) ?? work(path);
		known.set(path, found);
		return found;
	};
}

/** A file's code without its comments. */
const codeOf = once((path) =>
	readFileSync(join(root, path), "utf8")
		.replace(/\/\*[\s\S]*?\*\//g, "")
		.replace(/(^|\s)\/\/.*$/gm, "$1"),
);

/** What a file names in its imports and workers: paths in this project, or `package:name`. */
const importsOf = once((path) => {
	const code = codeOf(path);
	const named = [
		...code.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gm),
		...code.matchAll(/^import "([^"]+)"/gm),
		...code.matchAll(/\bimport\("([^"]+)"\)/g),
		...code.matchAll(/new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g),
	].map((match) => match[1] as string);
	return named.map((name) =>
		name.startsWith(".") ? relative(root, resolve(root, dirname(path), name)) : `package:${name}`,
	);
});

const under = (...folders: string[]) => all.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));

/** Files and what they import against the rule; empty when all keep it. */
const strays = (files: string[], allowed: (name: string, file: string) => boolean) =>
	files.flatMap((file) =>
		importsOf(file)
			.filter((name) => !allowed(name, file))
			.map((name) => `${file} imports ${name}`),
	);

const homeOf = (service: string) => (service === "gateway" ? "gateway/" : `services/${service}/`);

const isPackage = (name: string) => name.startsWith("package:");

const starts = [...under("bin", "operator"), ...SERVICES.map((service) => `${homeOf(service)}${service}.service.ts`)];
const shipped = new Set(starts.filter((path) => !isTest(path)).flatMap((path) => [...reached(path)]));
/** Whether a file runs in a shop; the rest supports tests and measurements. */
const isShipped = (path: string) => shipped.has(path);

test("the public language knows nothing but the schema library", (t) => {
	const files = under("schemas").filter((path) => !isTest(path));
	t.deepEqual(
		strays(files, (name) => name === "package:typebox" || name.startsWith("schemas/")),
		[],
	);
});

test("the runtime knows the public language and packages, no service", (t) => {
	const files = under("runtime").filter((path) => isShipped(path));
	t.true(files.length > 15);
	t.deepEqual(
		strays(files, (name) => isPackage(name) || /^(schemas|runtime)\/|^broker\.config\.ts$/.test(name)),
		[],
	);
});

test("a service knows the public language, the runtime and itself, never another service", (t) => {
	for (const service of SERVICES) {
		const home = homeOf(service);
		const files = reached(`${home}${service}.service.ts`, home);
		t.deepEqual(
			strays([...files], (name) => isPackage(name) || /^(schemas|runtime)\//.test(name) || name.startsWith(home)),
			[],
		);
	}
});

test("every file of a service is used by it or by its tests", (t) => {
	for (const service of SERVICES) {
		const home = homeOf(service);
		const used = reached(`${home}${service}.service.ts`, home);
		for (const path of all.filter(isTest)) for (const file of reached(path, home)) used.add(file);
		t.deepEqual(
			under(home.slice(0, -1)).filter((path) => !used.has(path) && !isTest(path)),
			[],
		);
	}
});

test("what stands in for a backend knows nothing of the shop", (t) => {
	t.deepEqual(
		strays(under("embedded"), (name) => isPackage(name) || name.startsWith("embedded/")),
		[],
	);
});

test("operators' commands reach services by their contracts alone", (t) => {
	const files = under("operator").filter((path) => !isTest(path));
	t.deepEqual(
		strays(files, (name) => isPackage(name) || /^(schemas|runtime|operator)\/|^broker\.config\.ts$/.test(name)),
		[],
	);
});

test("what is imported exists", (t) => {
	const missing = strays(all, (name) => isPackage(name) || existsSync(join(root, name)));
	t.deepEqual(missing, []);
});

test("the runtime has no word of shops", (t) => {
	const words =
		/^(carts?|skus?|products?|payments?|checkouts?|customers?|refunds?|shipments?|invoices?|prices?|stocks?)$/;
	// What guests carry in headers travels along with every call.
	const carried = /\b(cartToken|orderToken)\b/g;
	for (const path of under("runtime").filter((path) => isShipped(path))) {
		const parts = codeOf(path)
			.replace(carried, "")
			.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/);
		t.deepEqual(
			parts.filter((part) => words.test(part.toLowerCase())),
			[],
			path,
		);
	}
});

test("every route says who may ask", (t) => {
	for (const { name, route } of contracts) {
		if (!route) continue;
		t.true(route.access === "anyone" || route.access === "customer" || isScope(route.access), name);
	}
});

test("every scope is asked for by a route, and says in a sentence what its holder may do", (t) => {
	const asked = new Set(contracts.map(({ route }) => route?.access));
	for (const [scope, sentence] of Object.entries(scopes)) {
		t.true(asked.has(scope as never), scope);
		t.regex(sentence, /^[A-Z].{10,}$/, scope);
	}
});

test("what the audit log keeps of a request are fields that its contract has", (t) => {
	for (const { name, params, audited = [] } of contracts) {
		const known = new Set(fieldsOf(params as Fields));
		for (const field of audited) t.true(known.has(field), `${name}: ${field}`);
	}
});

test("what lies below /v1/admin asks for a scope, and what lies below /v1/me for somebody signed in", (t) => {
	for (const { name, route } of contracts) {
		if (route?.path.startsWith("/v1/admin/")) t.regex(route.access, /:/, name);
		if (route && /^\/v1\/me(\/|$)/.test(route.path)) t.is(route.access, "customer", name);
	}
});

test("every parameter of a path is a property of its contract", (t) => {
	for (const { name, route, params } of contracts) {
		const { anyOf = [params] } = params as { anyOf?: object[] };
		for (const [, parameter] of route?.path.matchAll(/:(\w+)/g) ?? []) {
			for (const branch of anyOf)
				t.true(
					Object.hasOwn((branch as { properties: object }).properties, parameter as string),
					`${name} ${parameter}`,
				);
		}
	}
});

test("every contract is kept by one action of its service, and no action is without a contract", async (t) => {
	const services = await loadServices(SERVICES);
	const kept = services.flatMap(({ actions }) => actions.map(({ contract }) => contract.name));
	// The gateway streams the body itself and hands the rows to product.startImport and product.importRows.
	const expected = contracts.map(({ name }) => name).filter((name) => name !== "product.import");
	t.deepEqual(kept.sort(), expected.sort());
});

test("every consumer hears a stated event, under a name of its own", async (t) => {
	const stated = await statedEvents();
	for (const { name, consumers = [] } of await loadServices(SERVICES)) {
		const names = consumers.map((consumer) => consumer.name);
		t.is(new Set(names).size, names.length, name);
		for (const { event } of consumers) t.true(stated.includes(event), `${name} hears ${event.name}`);
	}
});

test("every event is published by the service that it names, and by no other", async (t) => {
	const events = await exportedEvents();
	const publishers = new Map<string, Set<string>>(events.map(([, { name }]) => [name, new Set()]));
	for (const service of SERVICES.filter((name) => name !== "gateway")) {
		for (const path of reached(`services/${service}/${service}.service.ts`, `services/${service}/`)) {
			const code = codeOf(path);
			for (const [exported, { name }] of events) {
				if (new RegExp(`\\bfact\\([^,]*\\b${exported}\\b`).test(code)) publishers.get(name)?.add(service);
			}
		}
	}
	for (const [, { name, service }] of events) t.deepEqual([...(publishers.get(name) ?? [])], [service], name);
});

const document = openapi(contracts, "1.0.0") as { paths: Record<string, Record<string, unknown>> };
const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
	Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
);

test("every route of the public contract is in the OpenAPI document", (t) => {
	t.deepEqual(
		ROUTES.filter((route) => !documented.includes(route)),
		[],
	);
});

test("the OpenAPI document has no route beyond the public contract that is not named here", (t) => {
	t.deepEqual(
		documented.filter((route) => !ROUTES.includes(route) && !ALLOWED.includes(route)),
		[],
	);
});

test("every operation has an id of its own", (t) => {
	const ids = Object.values(document.paths).flatMap((operations) =>
		Object.values(operations).map((operation) => (operation as { operationId: string }).operationId),
	);
	t.is(new Set(ids).size, ids.length);
});

/** The events that files of `schemas/` export, by the names they are imported under. */
async function exportedEvents(): Promise<[exported: string, event: EventContract][]> {
	const stated = new Set<unknown>(await statedEvents());
	const files = under("schemas").filter((path) => path !== "schemas/index.ts");
	const modules = await Promise.all(files.map((path) => import(join(root, path)) as Promise<object>));
	return modules.flatMap((module) => Object.entries(module)).filter(([, value]) => stated.has(value));
}

/** A file and all that it imports below a path, however far away. */
function reached(from: string, home = ""): Set<string> {
	const found = new Set<string>();
	const look = (path: string) => {
		if (found.has(path) || !existsSync(join(root, path))) return;
		found.add(path);
		for (const name of importsOf(path))
			if (!isPackage(name) && name.startsWith(home) && name.endsWith(".ts")) look(name);
	};
	look(from);
	return found;
}

interface Fields {
	properties?: Record<string, Fields>;
	anyOf?: Fields[];
	items?: Fields;
}

/** The fields of a schema, `variants.price` for those of a list's items. */
function fieldsOf({ properties = {}, anyOf = [], items }: Fields): string[] {
	const own = Object.entries(properties).flatMap(([name, property]) => [
		name,
		...fieldsOf(property).map((inner) => `${name}.${inner}`),
	]);
	return [...own, ...anyOf.flatMap(fieldsOf), ...(items ? fieldsOf(items) : [])];
}
