import { randomUUID } from "node:crypto";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { HOME_WITH_PHONE } from "../data/homes.ts";
import { addressed, as, filled, type HeldCart, type Placed, place, register, until, VISA } from "./buyer.ts";
import { disagreement, document, fits, type Json, misfit, type Route, routes } from "./document.ts";
import { oneShop } from "./one-shop.ts";
import STRUCTURE from "./openapi-3.1.json" with { type: "json" };
import { answersWatched } from "./witness.ts";

const test = anyTest as TestFn;
const shop = oneShop(test, {}, { sample: true });

let admin = "";

test.serial.before(async () => {
	admin = await shop().admin();
});

test("the document has the structure of OpenAPI 3.1, and its schemas compile", (t) => {
	t.is(misfit(STRUCTURE, document), null);
	t.true(routes.length > 60);
	t.true(routes.some(isPublic) && !routes.every(isPublic));
	t.is(new Set(routes.map(({ operation }) => operation.operationId)).size, routes.length);
	for (const { path, method, operation } of routes) {
		const inPath = operation.parameters.filter((one) => one.in === "path").map(({ name }) => name);
		t.deepEqual(
			inPath.sort(),
			[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort(),
			`${method} ${path}`,
		);
		const names = operation.parameters.map((one) => `${one.in} ${one.name}`);
		t.is(new Set(names).size, names.length, `${method} ${path}`);
		for (const { schema } of operation.parameters) t.notThrows(() => fits(schema, null));
		t.true(
			Object.keys(operation.responses).some((status) => status < "300"),
			`${method} ${path}`,
		);
		for (const schema of Object.values(operation.requestBody?.content ?? {}))
			t.notThrows(() => fits(schema.schema, null));
	}
});

test("the document that is served is the one that answers are held against", async (t) => {
	const before = answersWatched();
	t.deepEqual(as(200, await shop().client.request("GET", "/openapi.json")), JSON.parse(JSON.stringify(document)));
	as(200, await shop().client.request("GET", "/v1/categories"));
	t.true(answersWatched() > before, "whoever asks a shop in a test");
});

test("an answer that the document does not know is told from one that it knows", (t) => {
	const route = routes.find(({ title }) => title === "GET /v1/me/preferences") as Route;
	const headers = { "X-Request-Id": "req_1", "Content-Type": "application/json; charset=utf-8" };
	const told = (status: number, body: object, more: Record<string, string> = {}) =>
		disagreement(route, { status, headers: new Headers({ ...headers, ...more }), text: JSON.stringify(body) });
	const known = { sms: true, marketing: false };
	t.is(told(200, known), null);
	t.regex(told(200, { ...known, phone: "+1" }) ?? "", /additional properties/);
	t.regex(told(200, { sms: true }) ?? "", /required/);
	t.regex(told(200, known, { "Content-Type": "text/plain" }) ?? "", /media type/);
	t.regex(told(200, known, { "X-Request-Id": "<script>" }) ?? "", /X-Request-Id/);
	t.regex(told(418, {}) ?? "", /status/);
	const problem = {
		type: "/docs/errors",
		title: "No",
		status: 401,
		detail: "No",
		code: "unauthenticated",
		requestId: "r",
	};
	const refusal = { "Content-Type": "application/problem+json", "WWW-Authenticate": "Bearer" };
	t.is(told(401, problem, refusal), null);
	t.regex(told(401, { ...problem, code: "out_of_stock" }, refusal) ?? "", /code/);
	t.regex(told(401, problem, { "Content-Type": "application/problem+json" }) ?? "", /WWW-Authenticate/);
	t.regex(told(401, { ...problem, stack: "at" }, refusal) ?? "", /additional properties/);
});

test("nobody gets past a route that is not public", async (t) => {
	for (const route of routes) {
		const answer = await asked(t, route, {});
		if (!isPublic(route)) t.is(answer.status, 401, route.title);
		else t.not(answer.status, 403, route.title);
	}
});

test("a customer gets past none that asks for a scope", async (t) => {
	const { client } = shop();
	let { accessToken } = await register(client);
	for (const route of routes) {
		const answer = await asked(t, route, { accessToken });
		if (route.operation["x-scope"]) t.is(answer.status, 403, route.title);
		else if (answer.status !== 404)
			t.false(/forbidden|unauthenticated/.test(answer.text), `${route.title} ${answer.text}`);
		if (ends(route)) ({ accessToken } = await register(client));
	}
});

test("an administrator gets past all of them, and every answer is as the document says", async (t) => {
	for (const route of routes.filter((one) => !ends(one))) {
		for (const body of [undefined, {}, sampleOf(route)]) {
			const { text } = await asked(t, route, { accessToken: admin, body });
			t.notRegex(text, /"code":"(forbidden|unauthenticated)"/, route.title);
		}
		const odd = await asked(t, route, { accessToken: admin, query: "?nosuch[$ne]=1", body: sampleOf(route) });
		t.is(odd.status, 422, `${route.title} ${odd.text}`);
	}
});

test("what exists is answered as the document says", async (t) => {
	const { client } = shop();
	const { accessToken } = await register(client);
	const { data } = as<{ data: { id: string; slug: string; variants: { sku: string; available: number }[] }[] }>(
		200,
		await client.request("GET", "/v1/products?limit=50"),
	);
	const product = data.find(({ variants }) => (variants[0]?.available ?? 0) > 5);
	if (!product) throw new Error("nothing is for sale");
	const sku = product.variants[0]?.sku ?? "";
	const goods = { sku, product: product as never };
	const cart: HeldCart = await filled(client, goods);
	await addressed(client, cart);
	const placed = as<Placed>(201, await place(client, cart, VISA, { accessToken }));
	const shipment = await until(
		"a shipment",
		async () =>
			as<Placed["order"]>(200, await client.request("GET", `/v1/orders/${placed.order.id}`, { accessToken }))
				.shipments[0],
	);
	const { id: addressId } = as<{ id: string }>(
		201,
		await client.request("POST", "/v1/me/addresses", { accessToken, body: HOME_WITH_PHONE }),
	);
	const open = await filled(client, goods);
	const ids: [RegExp, string][] = [
		[/^\/v1\/products\//, product.id],
		[/^\/v1\/categories\//, "kitchen"],
		[/^\/v1\/carts\//, open.id],
		[/^\/v1\/(admin\/)?orders\//, placed.order.id],
		[/^\/v1\/payments\//, placed.order.payment.id],
		[/^\/v1\/(admin\/)?shipments\//, shipment.id],
		[/^\/v1\/admin\/inventory\//, sku],
		[/^\/v1\/me\/addresses\//, addressId],
	];
	const succeeded = new Set<string>();
	for (const who of [accessToken, admin]) {
		for (const route of routes.filter(
			(one) => !ends(one) && one.method !== "DELETE" && !one.path.endsWith("/events"),
		)) {
			const id = ids.find(([pattern]) => pattern.test(route.path))?.[1];
			const headers = { "Cart-Token": open.cartToken, "Order-Token": placed.orderToken };
			const answer = await asked(t, route, { accessToken: who, id, headers, body: sampleOf(route) });
			if (answer.status < 300) succeeded.add(route.operation.operationId);
		}
	}
	t.true(succeeded.size > 35, `${succeeded.size}: ${[...succeeded].join(" ")}`);
});

interface Asked {
	accessToken?: string;
	id?: string | undefined;
	query?: string;
	headers?: Record<string, string>;
	body?: unknown;
}

/** Asks a route, and holds the answer against what the document says of it. */
async function asked(
	t: ExecutionContext,
	route: Route,
	{ accessToken, id, query = "", headers, body }: Asked,
): Promise<{ status: number; text: string }> {
	const { method, path, operation } = route;
	const type = Object.keys(operation.requestBody?.content ?? {})[0] ?? "application/json";
	const sends = method !== "GET" && method !== "DELETE" && body !== undefined;
	const url = path.replace(/\{(\w+)\}/g, (_, name) =>
		encodeURIComponent(id && name !== "itemId" && name !== "code" ? id : `no-${name}`),
	);
	const response = await fetch(shop().url + url + query, {
		method,
		headers: {
			...headers,
			...(sends ? { "Content-Type": type } : {}),
			...(accessToken ? { Authorization: `Bearer ${accessToken}` } : {}),
			...(method === "POST" ? { "Idempotency-Key": randomUUID() } : {}),
		},
		...(sends ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
	});
	const text = await response.text();
	const where = `${method} ${url}${query} ${response.status} ${text.slice(0, 300)}`;
	t.true(response.status < 500, where);
	t.is(disagreement(route, { status: response.status, headers: response.headers, text }), null, where);
	return { status: response.status, text };
}

/** Whether nothing need be shown. */
const isPublic = ({ operation }: Route) => operation.security.some((one) => Object.keys(one).length === 0);

/** After these a token is worth nothing. */
const ends = ({ operation, method, path }: Route) =>
	operation.operationId === "user.logout" || (method === "DELETE" && path === "/v1/me");

/** A body that the schema takes, as far as a few rules can tell. */
function sampleOf({ operation }: Route): unknown {
	const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
	if (!content) return undefined;
	return type === "text/csv" ? "Title,Variant Price\nOf a sample,1.00\n" : sampleFor(content.schema, "");
}

const STRINGS: [RegExp, string][] = [
	[/email/i, "sample@example.com"],
	[/country/i, "US"],
	[/currency/i, "USD"],
	[/phone/i, "+14155550123"],
	[/At$/, "2030-01-01T00:00:00.000Z"],
	[/url$/i, "https://shop.example/picture.png"],
	[/slug/, "a-sample"],
	[/sku/, "SAMPLE-1"],
	[/password/i, "sample of a long secret"],
];

function sampleFor(schema: Json, name: string): unknown {
	const {
		anyOf,
		enum: choices,
		type,
		properties,
		required,
		items,
		minimum,
	} = schema as {
		anyOf?: Json[];
		enum?: unknown[];
		type?: string;
		properties?: Record<string, Json>;
		required?: string[];
		items?: Json;
		minimum?: number;
	};
	if (choices) return choices[0];
	if (anyOf) return sampleFor(anyOf[0] as Json, name);
	if (type === "object")
		return Object.fromEntries((required ?? []).map((one) => [one, sampleFor(properties?.[one] ?? {}, one)]));
	if (type === "array") return [sampleFor(items ?? {}, name)];
	if (type === "integer" || type === "number") return Math.max(minimum ?? 1, 1);
	if (type === "boolean") return true;
	return STRINGS.find(([pattern]) => pattern.test(name))?.[1] ?? "sample";
}
