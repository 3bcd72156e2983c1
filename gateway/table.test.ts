import test from "ava";
import Type from "typebox";
import { codeOf } from "../runtime/errors.ts";
import { closed } from "../schemas/common.ts";
import { type Contract, contract } from "../schemas/contract.ts";
import { fromQuery, paramsOf } from "./params.ts";
import { type Entry, Table } from "./table.ts";

const route = (method: "GET" | "POST" | "DELETE", path: string, params: object = {}) =>
	contract({
		name: `thing.${method}${path}`,
		summary: "",
		kind: "read",
		params: closed({ id: Type.Optional(Type.String()), ...params }),
		result: closed({}),
		errors: [],
		route: { method, path, access: "anyone" },
	}) as unknown as Contract;

const table = new Table([
	route("GET", "/v1/things", {
		limit: Type.Optional(Type.Integer()),
		deep: Type.Optional(Type.Boolean()),
		q: Type.Optional(Type.String()),
	}),
	route("POST", "/v1/things", { name: Type.String() }),
	route("GET", "/v1/things/latest"),
	route("GET", "/v1/things/:id"),
	route("DELETE", "/v1/things/:id"),
]);

function entry(method: string, path: string): Entry {
	const match = table.match(method, path);
	if (match.kind !== "found") throw new Error(`${method} ${path} is ${match.kind}`);
	return match.entry;
}

test("a path leads to its route, a word before a parameter", (t) => {
	t.is(entry("GET", "/v1/things/latest").route.path, "/v1/things/latest");
	t.like(table.match("GET", "/v1/things/a%20b"), { kind: "found", params: { id: "a b" } });
	t.like(
		table.match("GET", "/v1/things/%E0%A4%A"),
		{ params: { id: "%E0%A4%A" } },
		"what cannot be decoded stays as it is",
	);
	t.is(entry("HEAD", "/v1/things").route.method, "GET");
});

test("a path that leads nowhere is told from a method that is not known there", (t) => {
	for (const path of ["/", "/v1", "/v1/things/", "/v1/things/a/b", "/v2/things", "/v1/thing"])
		t.deepEqual(table.match("GET", path), { kind: "none" }, path);
	t.deepEqual(table.match("PUT", "/v1/things"), { kind: "method", allow: ["GET", "HEAD", "POST"] });
	t.deepEqual(table.match("POST", "/v1/things/a"), { kind: "method", allow: ["GET", "HEAD", "DELETE"] });
});

test("a route that is stated twice stops the start", (t) => {
	t.throws(() => new Table([route("GET", "/v1/a"), route("GET", "/v1/a")]), { message: /stated twice/ });
});

test("a route that does not say who may ask stops the start, with a sentence that says what to do", (t) => {
	const open = route("GET", "/v1/a");
	for (const access of [undefined, "", "admin", "catalog:delete", "toString"]) {
		const bad = { ...open, route: { ...open.route, access } } as unknown as Contract;
		t.throws(() => new Table([bad]), {
			message:
				/^thing\.GET\/v1\/a does not say who may ask GET \/v1\/a: its access must be "anyone", "customer" or a scope/,
		});
	}
	const scoped = { ...open, route: { ...open.route, access: "catalog:read" } } as unknown as Contract;
	t.notThrows(() => new Table([scoped]));
});

test("a query becomes values of the contract's types, and what is no such value is left to the contract", (t) => {
	const things = entry("GET", "/v1/things");
	t.deepEqual(fromQuery(things, ""), {});
	t.deepEqual(fromQuery(things, "limit=20&deep=true&q=a+b%26c"), { limit: 20, deep: true, q: "a b&c" });
	t.deepEqual(fromQuery(things, "limit=1e3&deep=yes&q=1"), { limit: "1e3", deep: "yes", q: "1" });
	for (const text of ["0x10", "01", "", " 1", "Infinity", "NaN", "1_000"])
		t.is(fromQuery(things, `limit=${encodeURIComponent(text)}`).limit, text);
});

test("parameters that are unknown, stand twice or belong to the path are refused", (t) => {
	const refused = (work: () => unknown, path: string) => {
		const error = t.throws(work) as Error & { data: { errors: { path: string }[] } };
		t.is(codeOf(error), "validation_failed");
		t.is(error.data.errors[0]?.path, path);
	};
	const things = entry("GET", "/v1/things");
	for (const [query, path] of [
		["a[$ne]=1", "/a[$ne]"],
		["limit=1&limit=2", "/limit"],
		["__proto__=1", "/__proto__"],
		[`q=${"a".repeat(9_000)}`, ""],
	] as const)
		refused(() => fromQuery(things, query), path);
	refused(() => fromQuery(entry("GET", "/v1/things/a"), "id=b"), "/id");
	const make = entry("POST", "/v1/things");
	refused(() => paramsOf(make, {}, "name=a", {}), "/name");
	for (const body of [[], null, 1, "text"]) refused(() => paramsOf(make, {}, "", body), "");
	t.deepEqual(paramsOf(make, {}, "", { name: "a" }), { name: "a" });
	t.deepEqual(paramsOf(make, {}, "", undefined), {});
	const remove = entry("DELETE", "/v1/things/a");
	refused(() => paramsOf(remove, { id: "a" }, "", { role: "administrator" }), "/role");
	for (const body of [undefined, {}]) t.deepEqual(paramsOf(remove, { id: "a" }, "", body), { id: "a" });
});
