import anyTest, { type TestFn } from "ava";
import fc from "fast-check";
import { UNKNOWN, valid, wrongBody } from "./arbitrary.ts";
import { register } from "./buyer.ts";
import { bodyOf, fits, type Route, routes } from "./document.ts";
import { type Belongings, belongings } from "./fixtures.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
// What is refused for load is another matter: these requests come one by one.
const shop = oneShop(test, { SHED_LOAD: "off" });

/** FUZZ_SEED and FUZZ_RUNS ask for other requests, and more of them. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_101);
const numRuns = Number(process.env.FUZZ_RUNS ?? 6);
/** Milliseconds after which an access token is asked for anew. */
const FRESH = 120_000;

let owner: Belongings;
let admin = { token: "", until: 0 };

test.serial.before(async () => {
	owner = await belongings(shop(), await shop().admin());
});

const WHO = ["nobody", "customer", "administrator"] as const;
type Who = (typeof WHO)[number];

/** One request, as text all through, so that a failing one can be read and sent again. */
interface Asked {
	who: Who;
	path: string;
	query: string;
	headers: Record<string, string>;
	body?: string;
}

/** Routes after which whoever asked may be signed out, or the owner be another: a customer of their own asks those. */
const changesWhoAsks = ({ method, path }: Route) => method !== "GET" && /^\/v1\/(auth|me)(\/|$)/.test(path);

const who = (route: Route) => fc.constantFrom<Who>(...(changesWhoAsks(route) ? WHO.slice(0, 2) : WHO));

/** Requests that the document allows. */
function allowed(route: Route) {
	const { parameters } = route.operation;
	const inPath = parameters.filter((one) => one.in === "path");
	const inQuery = parameters.filter((one) => one.in === "query");
	const ids = inPath.map(({ name, schema }) => {
		const known = owner.ids.find(([path, parameter]) => path.test(route.path) && parameter === name)?.[2];
		const any = valid(schema).filter((value) => !/^(|\.{1,2})$/.test(String(value)));
		return known ? fc.oneof(fc.constant(known), any) : any;
	});
	const query = fc.record(Object.fromEntries(inQuery.map(({ name, schema }) => [name, valid(schema)])), {
		requiredKeys: inQuery.filter(({ required }) => required).map(({ name }) => name) as never[],
	});
	const body = bodyOf(route);
	return fc
		.record({
			who: who(route),
			ids: fc.tuple(...ids),
			query,
			body: body ? valid(body) : fc.constant(undefined),
			headers: odd(route),
		})
		.map(({ who, ids, query, body, headers }): Asked => {
			const path = inPath.reduce(
				(at, { name }, i) => at.replace(`{${name}}`, encodeURIComponent(String(ids[i]))),
				route.path,
			);
			const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
			return { who, path, query: text, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
		});
}

/** Headers that any request may carry. */
const odd = ({ method, operation }: Route) =>
	fc.record(
		{
			...(method === "POST" ? { "Idempotency-Key": fc.stringMatching(/^[!-~]{1,255}$/) } : {}),
			"If-Match": fc.constantFrom("*", '"0.x"', 'W/"1.a"', "rubbish", '"99999999999999999999.a"'),
			"If-None-Match": fc.constantFrom("*", '""', "rubbish", 'W/"0.AAAA"'),
			"Cart-Token": fc.constantFrom("x", "x".repeat(5_000), owner.cart.cartToken, "a".repeat(43)),
			"Order-Token": fc.constantFrom("x", owner.orderToken, "a".repeat(43)),
			Accept: fc.constantFrom("*/*", "application/json", "text/html, */*;q=0.1", ";;;"),
			traceparent: fc.constantFrom("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "rubbish"),
			"X-Request-Id": fc.constantFrom("a:b", "<script>", "x".repeat(300)),
		},
		{
			requiredKeys: (operation.parameters.some(({ name, required }) => name === "Idempotency-Key" && required)
				? ["Idempotency-Key"]
				: []) as never[],
		},
	);

/** Requests with one mistake that the document forbids. */
function refused(route: Route) {
	const mistakes = [inQuery(route), ...inBody(route), ...inHeaders(route), ...inPath(route)];
	return fc.tuple(allowed(route), fc.oneof(...mistakes)).map(([asked, mistake]) => mistake(asked));
}

type Mistake = (asked: Asked) => Asked;

function inQuery({ operation }: Route) {
	const stated = operation.parameters.filter((one) => one.in === "query");
	const names = stated.map(({ name }) => name);
	const more =
		(text: string): Mistake =>
		(asked) => ({ ...asked, query: asked.query ? `${asked.query}&${text}` : text });
	const unknown = fc
		.constantFrom(
			...UNKNOWN,
			"a[$ne]",
			"limit[$gt]",
			"constructor.prototype",
			"%00",
			"",
			...names.map((name) => `${name}[$ne]`),
		)
		.filter((name) => !names.includes(name))
		.map((name) => more(`${encodeURIComponent(name)}=1`));
	const wrong = stated.flatMap(({ name, schema }) => {
		const texts = [
			"",
			"-1",
			"1.5",
			"1e3",
			"0x10",
			"$where",
			"\u0000",
			"x".repeat(8_000),
			"[object Object]",
			"9".repeat(30),
			"true ",
		];
		const found = texts.filter(
			(text) =>
				![text, Number(text), text === "true"].some((value) => fits(schema, value)) &&
				!fits(schema, Number(text || "x")),
		);
		return found.length === 0
			? []
			: [
					fc.constantFrom(...found).map(
						(text): Mistake =>
							(asked) => ({ ...asked, query: `${name}=${encodeURIComponent(text)}` }),
					),
				];
	});
	const twice = names.map((name) => fc.constant<Mistake>((asked) => ({ ...asked, query: `${name}=1&${name}=1` })));
	return fc.oneof(unknown, ...wrong, ...twice);
}

function inBody(route: Route) {
	const schema = bodyOf(route);
	if (!schema) return [];
	return [
		wrongBody(schema).map(
			(body): Mistake =>
				(asked) => ({ ...asked, body }),
		),
		fc.constantFrom("{", '{"a":1', "{}{}", "\u0000", "'a'", "[".repeat(10_000), "undefined").map(
			(body): Mistake =>
				(asked) => ({ ...asked, body }),
		),
	];
}

function inHeaders(route: Route) {
	const told = (headers: Record<string, string>) =>
		fc.constant<Mistake>((asked) => ({ ...asked, headers: { ...asked.headers, ...headers } }));
	const found = ["x", "a.b.c", "null"].map((token) => told({ Authorization: `Bearer ${token}` }));
	if (route.method === "POST")
		found.push(told({ "Idempotency-Key": "k".repeat(256) }), told({ "Idempotency-Key": "" }));
	if (route.operation.parameters.some(({ name }) => name === "Last-Event-ID"))
		found.push(told({ "Last-Event-ID": "1; drop" }));
	if (bodyOf(route))
		for (const type of ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
			found.push(
				fc.constant<Mistake>((asked) => ({
					...asked,
					body: asked.body ?? "{}",
					headers: { ...asked.headers, "Content-Type": type },
				})),
			);
	return found;
}

function inPath({ path, operation }: Route) {
	return operation.parameters
		.filter((one) => one.in === "path")
		.flatMap(({ name, schema }) => {
			const values = ["a b", "\u0000", "x".repeat(300), "$where", "a[$ne]", "<x>", "%", "é"].filter(
				(value) => !fits(schema, value),
			);
			if (values.length === 0) return [];
			const place = path.split("/").indexOf(`{${name}}`);
			const into =
				(value: string): Mistake =>
				(asked) => ({ ...asked, path: asked.path.split("/").with(place, encodeURIComponent(value)).join("/") });
			return [fc.constantFrom(...values).map(into)];
		});
}

async function tokenOf(who: Who, customer: string): Promise<string | null> {
	if (who !== "administrator") return who === "customer" ? customer : null;
	if (Date.now() > admin.until) admin = { token: await shop().admin(), until: Date.now() + FRESH };
	return admin.token;
}

/** Asks; that the answer is as the document says is seen by the witness of all tests. */
async function ask({ method }: Route, { who, path, query, headers, body }: Asked, customer: string) {
	const token = await tokenOf(who, customer);
	const response = await fetch(`${shop().url}${path}${query ? `?${query}` : ""}`, {
		method,
		headers: {
			...(token ? { Authorization: `Bearer ${token}` } : {}),
			...(body === undefined ? {} : { "Content-Type": "application/json" }),
			...headers,
		},
		...(body === undefined ? {} : { body }),
		redirect: "manual",
	});
	if (/event-stream/.test(response.headers.get("content-type") ?? "")) {
		await response.body?.cancel();
		return { status: response.status, text: "" };
	}
	return { status: response.status, text: await response.text() };
}

/** What only the service can say of a value that its schema takes, by where it stands. */
const MEANT =
	/^\/(cursor|endsAt|title|currentPassword|password|variants|options|items|images|slug|category|tags|description)(\/|$)/;

test.serial("what the document allows is never called a mistake of form, and nothing breaks the shop", async (t) => {
	t.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`);
	for (const route of routes) {
		const { accessToken } = await register(shop().client);
		await fc.assert(
			fc.asyncProperty(allowed(route), async (asked) => {
				const { status, text } = await ask(route, asked, accessToken);
				if (status >= 500) throw new Error(`${route.title} answered ${status} ${text}`);
				if (status !== 422) return;
				const { code, errors = [] } = JSON.parse(text) as { code: string; errors?: { path: string }[] };
				if (code === "validation_failed" && !errors.every(({ path }) => MEANT.test(path)))
					throw new Error(`${route.title} refused what its schema takes: ${text}`);
			}),
			{ seed, numRuns, includeErrorInReport: true },
		);
	}
	t.pass();
});

test.serial("what the document forbids is refused, whoever asks", async (t) => {
	t.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`);
	for (const route of routes) {
		const { accessToken } = await register(shop().client);
		await fc.assert(
			fc.asyncProperty(refused(route), async (asked) => {
				const { status, text } = await ask(route, asked, accessToken);
				if (status < 400 || status >= 500) throw new Error(`${route.title} answered ${status} ${text.slice(0, 300)}`);
			}),
			{ seed, numRuns: numRuns * 2, includeErrorInReport: true },
		);
	}
	t.is((await fetch(`${shop().url}/health/ready`)).status, 200);
});
