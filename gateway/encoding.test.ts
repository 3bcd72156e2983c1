import { get, type IncomingHttpHeaders } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import anyTest, { type TestFn } from "ava";
import { oneShop } from "../test/one-shop.ts";
import { codingOf } from "./encoding.ts";
import { codedTag, etagOf, expectedVersion, isFresh } from "./etag.ts";

const test = anyTest as TestFn;
const shop = oneShop(test, {}, { sample: true });

interface Raw {
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** Asks without anything between that would unpack the answer. */
function ask(path: string, headers: Record<string, string> = {}): Promise<Raw> {
	return new Promise((resolve, reject) => {
		get(shop().url + path, { headers }, async (response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of response) chunks.push(chunk);
			resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
		}).on("error", reject);
	});
}

const unpacked = ({ headers, body }: Raw) => {
	const coding = headers["content-encoding"];
	return (coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body).toString("utf8");
};

test("the coding is the one that the caller prefers of those there are", (t) => {
	for (const [header, coding] of [
		[undefined, null],
		["", null],
		["identity", null],
		["gzip", "gzip"],
		["gzip, deflate, br", "br"],
		["br;q=0.5, gzip;q=0.8", "gzip"],
		["br;q=0, gzip", "gzip"],
		["*", "br"],
		["*;q=0", null],
		["gzip;q=0, *", "br"],
		["deflate", null],
		["gzip;q=rubbish", null],
	] as const)
		t.is(codingOf(header), coding, header);
});

test("lists, products, pages, the document and files are compressed, and are the same when unpacked", async (t) => {
	const accessToken = await shop().admin();
	for (const path of [
		"/v1/products?limit=20",
		"/v1/products/harbour-stoneware-mug",
		"/openapi.json",
		"/",
		"/app.js",
		"/style.css",
		"/docs/errors",
		"/docs/viewer/swagger-ui.css",
		"/v1/admin/exports/products",
	]) {
		const Authorization = `Bearer ${accessToken}`;
		const plain = await ask(path, { Authorization });
		t.is(plain.status, 200, path);
		t.is(plain.headers["content-encoding"], undefined, path);
		t.regex(plain.headers.vary ?? "", /Accept-Encoding/i, path);
		for (const coding of ["gzip", "br"]) {
			for (let time = 0; time < 2; time++) {
				const packed = await ask(path, { Authorization, "Accept-Encoding": coding });
				t.is(packed.headers["content-encoding"], coding, path);
				t.is(packed.headers["content-type"], plain.headers["content-type"], path);
				t.is(packed.headers.vary, plain.headers.vary, path);
				t.true(packed.body.length < plain.body.length * 0.7, `${path} ${packed.body.length} of ${plain.body.length}`);
				t.is(unpacked(packed), plain.body.toString("utf8"), path);
			}
		}
	}
});

test("what is small, a stream, or holds a token is sent as it is", async (t) => {
	const headers = { "Accept-Encoding": "gzip, br" };
	for (const path of ["/v1/products?limit=1&vendor=none", "/health/live", "/v1/orders/ord_none", "/images/none.png"])
		t.is((await ask(path, headers)).headers["content-encoding"], undefined, path);
	const login = await fetch(`${shop().url}/v1/auth/register`, {
		method: "POST",
		headers: { ...headers, "Content-Type": "application/json" },
		body: JSON.stringify({ email: "packed@example.com", password: "a long enough secret", name: "n".repeat(100) }),
	});
	t.is(login.status, 201);
	t.is(login.headers.get("content-encoding"), null);
});

test("a tag names the bytes that were sent, and any of a resource's tags is fresh and may be written against", async (t) => {
	const path = "/v1/products/harbour-stoneware-mug";
	const tags = new Set<string>();
	for (const coding of ["identity", "gzip", "br"]) {
		const { headers } = await ask(path, { "Accept-Encoding": coding });
		tags.add(headers.etag ?? "");
	}
	t.is(tags.size, 3);
	for (const tag of tags) {
		for (const coding of ["identity", "gzip", "br"]) {
			const answer = await ask(path, { "If-None-Match": tag, "Accept-Encoding": coding });
			t.is(answer.status, 304, `${tag} ${coding}`);
			t.is(answer.body.length, 0);
			t.true(tags.has(answer.headers.etag ?? ""));
			t.regex(answer.headers.vary ?? "", /Accept-Encoding/);
		}
	}
	const tag = etagOf({ version: 7 }, "{}");
	t.is(expectedVersion(codedTag(tag, "br")), 7);
	t.true(isFresh(`"0.x", W/${codedTag(tag, "gzip")}`, tag));
	t.false(isFresh(codedTag(etagOf({ version: 7 }, "[]"), "br"), tag));
});

test("a page that a browser has is not sent again", async (t) => {
	const headers = { "Accept-Encoding": "br" };
	const first = await ask("/style.css", headers);
	const again = await ask("/style.css", { ...headers, "If-None-Match": first.headers.etag ?? "" });
	t.is(again.status, 304);
	t.is(again.body.length, 0);
	for (const path of [
		"/../package.json",
		"/%2e%2e/package.json",
		"/.hidden.js",
		"/views/../../package.json",
		"/none.js",
	])
		t.is((await ask(path, headers)).status, 404, path);
});
