/** One test for each row of the security table in docs/security.md, generated from the OpenAPI document where a row speaks of every route. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import anyTest, { type TestFn } from "ava";
import fc from "fast-check";
import mongoose from "mongoose";
import type { RequestOptions } from "../bin/rest.ts";
import { contracts } from "../schemas/index.ts";
import { valid } from "./arbitrary.ts";
import { as, filled, openCart, type Problem, place, register, stocked, until } from "./buyer.ts";
import { bodyOf, type Json, type Route, routes } from "./document.ts";
import { type Belongings, belongings, idFor, reachesBelongings } from "./fixtures.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test, { SHED_LOAD: "off" });
const PAN = "4242424242424242";

let owner: Belongings;

test.serial.before(async () => {
	owner = await belongings(shop(), await shop().admin());
});

const ask = (method: string, path: string, options?: RequestOptions) =>
	shop().client.request<Problem>(method, path, options);

/** A body that a route takes; the same in every run. */
function bodyFor(route: Route): Json | undefined {
	const schema = bodyOf(route);
	return schema ? (fc.sample(valid(schema), { seed: 1, numRuns: 1 })[0] as Json) : undefined;
}

/** A route's path with ids in the places of its parameters. */
const pathOf = ({ path }: Route, id: (parameter: string) => string) =>
	path.replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(id(parameter)));

const somewhere = (route: Route) =>
	pathOf(
		route,
		(parameter) =>
			owner.ids.find(([path, name]) => path.test(route.path) && name === parameter)?.[2] ?? `no-${parameter}`,
	);

/** What is sent along so that a route gets as far as its body. */
const sent = (route: Route, accessToken: string, body?: unknown): RequestOptions => ({
	accessToken,
	...(body === undefined ? {} : { body }),
	...(route.method === "POST" ? { key: crypto.randomUUID() } : {}),
});

/** All that its owner sees of what belongs to them. */
async function seen(): Promise<unknown[]> {
	const { accessToken, ids } = owner;
	const paths = routes.filter(
		(route) => route.method === "GET" && !/\/(events|shipping-rates)$/.test(route.path) && reachesBelongings(route),
	);
	const found = [];
	for (const route of paths) {
		const { status, body } = await ask(
			"GET",
			pathOf(route, (name) => idFor(owner, route, name)),
			{ accessToken },
		);
		found.push({ path: route.path, status, body });
	}
	for (const path of [
		"/v1/me",
		"/v1/me/addresses",
		"/v1/me/preferences",
		`/v1/products/${ids.find(([at]) => at.test("/v1/products/"))?.[2]}/reviews`,
	])
		found.push({ path, body: (await ask("GET", path, { accessToken })).body });
	return found;
}

test.serial(
	"another's resource is answered as one that does not exist, on every route, and stays as it was",
	async (t) => {
		const { client } = shop();
		const stranger = await register(client);
		const theirs = await openCart(client);
		const before = await seen();
		const reached = routes.filter(reachesBelongings);
		t.true(reached.length >= 18, `${reached.length}`);
		for (const route of reached) {
			const body = bodyFor(route);
			for (const who of [
				{ accessToken: stranger.accessToken },
				{ cartToken: theirs.cartToken },
				{ orderToken: theirs.cartToken },
			]) {
				const more = { ...who, ...(body ? { body } : {}), headers: { "X-Request-Id": "the-same" } };
				const own = pathOf(route, (name) => idFor(owner, route, name));
				const none = pathOf(route, (name) =>
					name === "id" ? `${idFor(owner, route, name).slice(0, -4)}zzzz` : idFor(owner, route, name),
				);
				const [found, missing] = [await ask(route.method, own, more), await ask(route.method, none, more)];
				const expected =
					"accessToken" in who || route.operation.security.some((one) => Object.keys(one).length === 0) ? 404 : 401;
				t.is(found.status, expected, `${route.title} ${JSON.stringify(found.body)}`);
				t.deepEqual(found.body, missing.body, route.title);
			}
		}
		t.deepEqual(await seen(), before);
	},
);

test.serial(
	"a field that only the shop may set is refused in the body of every route, and where it stands is told",
	async (t) => {
		const admin = await shop().admin();
		const extras = {
			role: "administrator",
			status: "confirmed",
			total: 1,
			_id: "x",
			emailVerified: true,
			scopes: ["orders:read"],
			price: 1,
			version: 9,
		};
		let tried = 0;
		for (const route of routes) {
			const schema = bodyOf(route);
			if (!schema) continue;
			for (const [name, value] of Object.entries(extras)) {
				const body = { ...bodyFor(route), [name]: value };
				// A product has a status, a price and so on.
				if (knows(schema, name)) continue;
				const { status, body: problem } = await ask(route.method, somewhere(route), sent(route, admin, body));
				t.is(status, 422, `${route.title} ${name} ${JSON.stringify(problem)}`);
				t.true(
					problem.errors?.some(({ path }) => path === `/${name}`),
					`${route.title} ${name} ${JSON.stringify(problem)}`,
				);
				tried++;
			}
		}
		t.true(tried > 150, `${tried}`);
	},
);

const knows = (schema: Json, name: string): boolean => {
	const { properties = {}, anyOf = [] } = schema as { properties?: object; anyOf?: Json[] };
	return Object.hasOwn(properties, name) || anyOf.some((one) => knows(one, name));
};

test.serial("no price, sum or currency of a client's counts: the charge is the shop's own sum", async (t) => {
	const { client } = shop();
	const goods = await stocked(client, await shop().admin(), { amount: 1_234 });
	const cart = await filled(client, goods, 3);
	const { cartToken } = cart;
	for (const more of [
		{ total: 1 },
		{ amount: 1 },
		{ currency: "EUR" },
		{ items: [] },
		{ price: { amount: 1, currency: "USD" } },
	])
		t.is((await place(client, cart, { provider: "stripe", paymentMethod: "pm_card_visa", ...more })).status, 422);
	for (const quantity of [-1, 0, 1.5, 1e9, "1e3"])
		t.is(
			(await ask("POST", `/v1/carts/${cart.id}/items`, { cartToken, body: { sku: goods.sku, quantity } })).status,
			422,
		);
	t.is((await ask("POST", "/v1/carts", { body: { currency: "EUR" } })).body.code, "currency_not_supported");
	const { order, orderToken } = as<Awaited<ReturnType<typeof place>>["body"]>(201, await place(client, cart));
	t.deepEqual(order.totals.total, { amount: 3_702, currency: "USD" });
	const payment = as(200, await client.request("GET", `/v1/payments/${order.payment.id}`, { orderToken }));
	t.like(payment, { captured: { amount: 3_702, currency: "USD" } });
});

test.serial("what services ask each other is no address of the gateway, for anybody", async (t) => {
	const tokens = [undefined, owner.accessToken, await shop().admin()];
	const internal = contracts.filter(({ route }) => !route).map(({ name }) => name.replace(".", "/"));
	t.true(internal.length > 30);
	const broker = [
		"~node/list",
		"$node/list",
		"%24node/list",
		"$node/actions",
		"$node/services",
		"$node/health",
		"operations/deadLetters",
	];
	for (const name of [...internal, ...broker]) {
		for (const prefix of ["/", "/v1/", "/api/"]) {
			for (const accessToken of tokens) {
				const { status } = await ask("GET", `${prefix}${name}`, accessToken ? { accessToken } : {});
				t.is(status, 404, `${prefix}${name}`);
			}
		}
	}
});

test.serial(
	"every live action is a contract or the broker's own, and every route of a contract is in the document",
	(t) => {
		const { registry } = shop().node.broker;
		const live = registry.getActionList({ onlyLocal: true }).map(({ name }: { name: string }) => name);
		const stated = new Set(contracts.map(({ name }) => name));
		t.deepEqual(
			live.filter((name: string) => !stated.has(name) && !/^(\$node|operations)\./.test(name)),
			[],
		);
		t.deepEqual(
			routes.map(({ operation }) => operation.operationId).sort(),
			contracts
				.filter(({ route }) => route)
				.map(({ name }) => name)
				.sort(),
		);
	},
);

const OPERATORS = ["a[$ne]", "$where", "$nor", "__proto__", "constructor", "constructor.prototype", "prototype", "$gt"];

test.serial("operators and prototypes are unknown fields of every route, in its query and in its body", async (t) => {
	const admin = await shop().admin();
	for (const route of routes) {
		const schema = bodyOf(route);
		for (const name of OPERATORS) {
			const query = await ask(
				route.method,
				`${somewhere(route)}?${encodeURIComponent(name)}=1`,
				sent(route, admin, bodyFor(route)),
			);
			// A file of CSV is asked for by its type before anything else.
			t.is(query.status, 422, `${route.title} ?${name} ${JSON.stringify(query.body)}`);
			if (!schema) continue;
			const text = JSON.stringify({ ...bodyFor(route), REPLACED: 1 }).replace('"REPLACED"', JSON.stringify(name));
			const body = await ask(route.method, somewhere(route), sent(route, admin, text));
			t.is(body.status, 422, `${route.title} ${text} ${JSON.stringify(body.body)}`);
		}
		for (const [name, value] of Object.entries(bodyFor(route) ?? {})) {
			if (typeof value !== "string") continue;
			for (const operator of [{ $ne: null }, { $gt: "" }, { $where: "1" }, [value]]) {
				const answer = await ask(
					route.method,
					somewhere(route),
					sent(route, admin, { ...bodyFor(route), [name]: operator }),
				);
				t.is(answer.status, 422, `${route.title} ${name} ${JSON.stringify(answer.body)}`);
			}
		}
	}
	t.is(({} as Json).role, undefined);
});

test.serial("an address that a client names is never asked by the shop", async (t) => {
	let asked = 0;
	const trap = createServer((_, response) => {
		asked++;
		response.writeHead(302, { Location: "http://127.0.0.1:1/inside" }).end();
	});
	await new Promise<void>((resolve) => trap.listen(0, "::", resolve));
	t.teardown(() => void trap.close());
	const { port } = trap.address() as AddressInfo;
	const urls = [
		`http://127.0.0.1:${port}/x.png`,
		`http://[::ffff:127.0.0.1]:${port}/x.png`,
		`http://localhost:${port}/x.png`,
	];
	const { client } = shop();
	const accessToken = await shop().admin();
	const price = { amount: 100, currency: "USD" };
	const body = {
		title: "Bait",
		status: "active",
		description: urls.map((url) => `<img src="${url}"><a href="${url}">x</a>`).join(""),
		images: urls.map((url) => ({ url })),
		variants: [{ sku: "BAIT", price, requiresShipping: false, image: urls[0] }],
	};
	const { id } = as<{ id: string }>(201, await client.request("POST", "/v1/admin/products", { accessToken, body }));
	as(200, await client.request("PUT", "/v1/admin/inventory/BAIT", { accessToken, body: { onHand: 5 } }));
	const rows = urls.map((url, i) => `bait-${i},Bait ${i},BAIT-${i},1.00,${url}`);
	const imported = as<{ id: string }>(
		202,
		await client.request("POST", "/v1/admin/imports", {
			accessToken,
			headers: { "Content-Type": "text/csv" },
			body: `Handle,Title,Variant SKU,Variant Price,Image Src\n${rows.join("\n")}\n`,
		}),
	);
	const done = await until("the import", async () => {
		const found = as<{ status: string; created: number }>(
			200,
			await client.request("GET", `/v1/admin/imports/${imported.id}`, { accessToken }),
		);
		return found.status !== "running" && found;
	});
	t.is(done.created, 3);
	for (const [i, returnUrl] of urls.entries()) {
		const held = await filled(client, { sku: "BAIT", product: {} as never });
		const paid = await place(
			client,
			held,
			i === 0 ? { provider: "paypal", returnUrl } : { provider: "stripe", paymentMethod: "pm_card_visa", returnUrl },
		);
		t.is(paid.status, 201, JSON.stringify(paid.body));
	}
	for (const provider of ["stripe", "paypal", "easypost", "twilio"]) {
		const headers = {
			"Content-Type": "application/json",
			"paypal-cert-url": urls[0] as string,
			"paypal-auth-algo": "SHA256withRSA",
			"paypal-transmission-id": "1",
			"paypal-transmission-sig": "eA==",
			"paypal-transmission-time": new Date().toISOString(),
		};
		const answer = await ask("POST", `/v1/webhooks/${provider}`, { headers, body: { id: "evt_1", url: urls[0] } });
		t.is(answer.status, 400, provider);
		t.is(answer.body.code, "invalid_signature", provider);
	}
	// Found by search, so whatever follows from a product has followed.
	await until("the product in the index", async () => {
		const { data } = as<{ data: { product: { id: string } }[] }>(200, await client.request("GET", "/v1/search?q=bait"));
		return data.some(({ product }) => product.id === id);
	});
	t.is(asked, 0);
	// The trap does hear who comes.
	await fetch(urls[1] as string, { redirect: "manual" });
	t.is(asked, 1);
});

test.serial("a card's number is refused in every text of every route, and is found in no store", async (t) => {
	const admin = await shop().admin();
	let tried = 0;
	for (const route of routes) {
		const refused = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
			tried++;
			const answer = await ask(route.method, path, { ...sent(route, admin, body), headers });
			t.is(
				answer.body.code,
				"card_number_refused",
				`${route.title} ${path} ${JSON.stringify(body)} ${JSON.stringify(answer.body)}`,
			);
		};
		const schema = bodyOf(route);
		for (const text of schema ? textsOf(bodyFor(route), PAN) : []) await refused(somewhere(route), text);
		for (const { name, in: where } of route.operation.parameters) {
			if (where === "query") await refused(`${somewhere(route)}?${name}=4242%20%3424242424242`, bodyFor(route));
			if (where === "path")
				await refused(
					pathOf(route, (one) => (one === name ? PAN : "none")),
					bodyFor(route),
				);
		}
	}
	t.true(tried > 120, `${tried}`);
	const csv = `Handle,Title,Variant SKU,Variant Price,Variant Barcode\ncard,A card,CARD-1,1.00,${PAN}\n`;
	const { id } = as<{ id: string }>(
		202,
		await shop().client.request("POST", "/v1/admin/imports", {
			accessToken: admin,
			headers: { "Content-Type": "text/csv" },
			body: csv,
		}),
	);
	const { errors, created } = await until("the import", async () => {
		const found = as<{ status: string; created: number; errors: object[] }>(
			200,
			await shop().client.request("GET", `/v1/admin/imports/${id}`, { accessToken: admin }),
		);
		return found.status !== "running" && found;
	});
	t.is(created, 0);
	t.deepEqual(errors, [{ row: 2, message: "The row holds a card's number" }]);
	const found = await searched(
		shop().settings.MONGODB_URL,
		shop().settings.NAMESPACE,
		/4242[ -]?4242[ -]?4242[ -]?4242/,
	);
	t.true(found.looked > 30, `${found.looked}`);
	t.deepEqual(found.hits, []);
});

/** A body as often as it has texts, another one replaced each time. */
function textsOf(value: unknown, by: string): unknown[] {
	if (typeof value === "string") return [by];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, one]) =>
		textsOf(one, by).map((replaced) =>
			Array.isArray(value) ? value.with(Number(key), replaced) : { ...value, [key]: replaced },
		),
	);
}

/** Looks into all that every service of a shop stores, what waits to be published with it. */
async function searched(url: string, namespace: string, pattern: RegExp): Promise<{ looked: number; hits: string[] }> {
	const connection = await mongoose.createConnection(url).asPromise();
	try {
		const { databases } = await connection.getClient().db().admin().listDatabases();
		let looked = 0;
		const hits: string[] = [];
		for (const { name } of databases.filter((one) => one.name.includes(namespace))) {
			const database = connection.getClient().db(name);
			for (const { name: collection } of await database.listCollections().toArray()) {
				for await (const document of database.collection(collection).find()) {
					looked++;
					if (pattern.test(JSON.stringify(document))) hits.push(`${name}.${collection} ${document._id}`);
				}
			}
		}
		return { looked, hits };
	} finally {
		await connection.close();
	}
}
