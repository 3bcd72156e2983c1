import { readFileSync } from "node:fs";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import type { Import } from "../schemas/product.ts";
import { as, type Problem, until } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);
let accessToken = "";
test.serial.before(async () => {
	accessToken = await shop().admin();
});

const OLD =
	"Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Status";
const NEW =
	"Title,URL handle,Description,Vendor,Tags,Published on online store,Status,SKU,Option1 name,Option1 value,Price,Inventory quantity,Product image URL";

const send = (body: string | Uint8Array<ArrayBuffer>, type = "text/csv", query = "", more = {}) =>
	fetch(`${shop().url}/v1/admin/imports${query}`, {
		method: "POST",
		headers: { Authorization: `Bearer ${accessToken}`, "Content-Type": type, ...more },
		body,
	});

/** Imports a file and waits for its end. */
async function imported(body: string | Uint8Array<ArrayBuffer>): Promise<Import> {
	const answer = await send(body);
	const { id, status } = as<Import>(202, { status: answer.status, headers: answer.headers, body: await answer.json() });
	if (status !== "running") throw new Error(`an import begins as ${status}`);
	return until("the import ends", async () => {
		const { body } = await shop().client.request<Import>("GET", `/v1/admin/imports/${id}`, { accessToken });
		return body.status !== "running" && body;
	});
}

async function refused(answer: Response): Promise<Problem> {
	return (await answer.json()) as Problem;
}

const exists = async (slug: string) =>
	(await shop().client.request("GET", `/v1/products/${slug}`, { accessToken })).status === 200;

test("each broken row is told with its number, and the good products are in", async (t) => {
	const file = [
		OLD,
		"good-one,Good One,,Us,,TRUE,,,B-1,100,5,10.00,12.00,,active",
		"bad-price,Bad Price,,Us,,TRUE,,,B-2,100,5,ten,,,active",
		"no-price,No Price,,Us,,TRUE,,,B-3,100,5,,,,active",
		"negative,Negative,,Us,,TRUE,,,B-4,100,5,-1.00,,,active",
		"cents,Too Fine,,Us,,TRUE,,,B-5,100,5,1.005,,,active",
		"bad-stock,Bad Stock,,Us,,TRUE,,,B-6,100,-3,1.00,,,active",
		"half-stock,Half Stock,,Us,,TRUE,,,B-7,100,1.5,1.00,,,active",
		"bad-grams,Bad Grams,,Us,,TRUE,,,B-8,heavy,5,1.00,,,active",
		"bad-status,Bad Status,,Us,,TRUE,,,B-9,100,5,1.00,,,sold",
		"bad-flag,Bad Flag,,Us,,MAYBE,,,B-10,100,5,1.00,,,",
		"bad-image,Bad Image,,Us,,TRUE,,,B-11,100,5,1.00,,javascript:alert(1),active",
		"",
		`long,${"x".repeat(300)},,Us,,TRUE,,,B-12,100,5,1.00,,,active`,
		"twins,Twins,,Us,,TRUE,Size,S,B-13,100,5,1.00,,,active",
		"twins,,,,,,,S,B-14,100,5,1.00,,,",
		"same-sku,Same SKU,,Us,,TRUE,,,B-1,100,5,1.00,,,active",
		"untitled,,,Us,,TRUE,,,B-16,100,5,1.00,,,active",
		"short-row,Short Row",
		'quoted,"Quoted, with ""marks""","And',
		'a line",Us,,TRUE,,,B-18,100,5,1.00,,,active',
		"good-two,Good Two,,Us,,TRUE,,,B-19,100,5,20.00,,,active",
	].join("\n");
	const result = await imported(file);
	t.is(result.status, "completed");
	const rows = new Set(result.errors.map(({ row }) => row));
	for (const row of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18, 19])
		t.true(rows.has(row), `row ${row}: ${JSON.stringify(result.errors)}`);
	for (const row of [2, 13, 15, 20, 21]) t.false(rows.has(row), `row ${row}`);
	for (const { message } of result.errors) t.regex(message, /\w+ \w+/);
	t.is(result.failures, result.errors.length);
	t.is(result.created, 3, JSON.stringify(result.errors));
	for (const slug of ["good-one", "quoted", "good-two"]) t.true(await exists(slug), slug);
	for (const slug of ["bad-price", "negative", "twins", "same-sku", "untitled", "long"])
		t.false(await exists(slug), slug);
	const again = await imported(file);
	t.like(again, { status: "completed", created: 0, updated: 0, unchanged: 3, errors: result.errors });
});

test("the newer header is read as the older one, with a mark of the byte order and Windows' line ends", async (t) => {
	const rows = [
		NEW,
		"Tin Cup,tin-cup,<p>Tin.</p>,Us,cup,TRUE,Active,N-1,Title,Default Title,8.00,7,",
		"Tin Bowl,tin-bowl,,Us,,TRUE,Active,N-2,,,9.00,8,",
	];
	t.like(await imported(`\ufeff${rows.join("\r\n")}\r\n`), { status: "completed", created: 2, errors: [] });
	t.like(await imported(rows.join("\n")), { created: 0, updated: 0, unchanged: 2 });
	const cup = as<{ variants: object[] }>(200, await shop().client.request("GET", "/v1/products/tin-cup"));
	t.like(cup.variants[0], { sku: "N-1", available: 7, price: { amount: 800, currency: "USD" } });
});

test("what is no product CSV is refused before anything is imported", async (t) => {
	const files: [string, string | Uint8Array<ArrayBuffer>][] = [
		["another header", "a,b,c\n1,2,3\n"],
		["an empty file", ""],
		["a line end", "\n"],
		["JSON", '{"title":"x"}'],
		["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255, 254])],
		["5 MB in one line", "x".repeat(5_000_000)],
		["a quote in the first row that nothing closes", `Title,"Price\n${"x,1\n".repeat(1_000)}`],
	];
	for (const [what, file] of files) {
		const answer = await send(file);
		t.is(answer.status, 422, what);
		t.is((await refused(answer)).code, "import_unreadable", what);
	}
	for (const type of [
		"text/plain",
		"application/json",
		"application/octet-stream",
		"multipart/form-data; boundary=x",
	]) {
		const answer = await send(`${OLD}\n`, type);
		t.is(answer.status, 415, type);
		t.is((await refused(answer)).code, "unsupported_media_type");
	}
	t.is((await send(`${OLD}\n`, "text/csv", "?dry=true")).status, 422);
	t.is((await shop().client.request("GET", "/v1/admin/imports/imp_none", { accessToken })).status, 404);
});

test("a header alone imports nothing and is done", async (t) => {
	t.like(await imported(`${OLD}\n`), { status: "completed", created: 0, errors: [] });
});

test("a quote that nothing closes stops the import at its row; what came before is in", async (t) => {
	const result = await imported(
		[
			OLD,
			"whole,Whole,,Us,,TRUE,,,Q-1,1,5,1.00,,,active",
			"whole-two,Whole Two,,Us,,TRUE,,,Q-2,1,5,1.00,,,active",
			'torn,"Torn,,Us,,TRUE,,,Q-3,1,5,1.00,,,active',
			"lost,Lost,,Us,,TRUE,,,Q-4,1,5,1.00,,,active",
		].join("\n"),
	);
	t.is(result.status, "failed");
	t.deepEqual(result.errors, [{ row: 4, message: "The import stopped: row 4 opens a quote that nothing closes" }]);
	t.true(await exists("whole"));
	t.false(await exists("lost"));
});

test("a row of 5 MB stops the import at its row; what came before is in", async (t) => {
	const rows = Array.from({ length: 30 }, (_, n) => `row-${n},Row ${n},,Us,,TRUE,,,L-${n},1,5,1.00,,,active`);
	const result = await imported(
		[
			OLD,
			...rows,
			`huge,Huge,${"x".repeat(5_000_000)},Us,,TRUE,,,L-99,1,5,1.00,,,active`,
			"after,After,,Us,,TRUE,,,L-98,1,5,1.00,,,active",
		].join("\n"),
	);
	t.is(result.status, "failed");
	t.deepEqual(result.errors, [{ row: 32, message: "The import stopped: row 32 is longer than 500000 bytes" }]);
	t.true(await exists("row-0"));
	t.true(await exists("row-28"));
	t.false(await exists("after"));
});

test("a row in another encoding is refused, not garbled", async (t) => {
	const file = Buffer.from(
		`${OLD}\ncafe,Caf\u00e9,,Us,,TRUE,,,E-1,1,5,1.00,,,active\nplain,Plain,,Us,,TRUE,,,E-2,1,5,1.00,,,active\n`,
		"latin1",
	);
	const result = await imported(new Uint8Array(file));
	t.like(result, { status: "completed", created: 1 });
	t.deepEqual(result.errors, [{ row: 2, message: "The row is not UTF-8: save the file in that encoding" }]);
	t.like(await imported(`${OLD}\ncafe,Caf\u00e9,,Us,,TRUE,,,E-1,1,5,1.00,,,active\n`), { created: 1, errors: [] });
});

test("markup that runs is taken out of what is imported", async (t) => {
	await imported(
		`${OLD}\nevil,<b>Evil</b>,"<p onclick=""x()"">Fine</p><script>alert(1)</script><img src=x onerror=alert(1)>",Us,,TRUE,,,M-1,1,5,1.00,,,active\n`,
	);
	const { description } = as<{ description: string }>(200, await shop().client.request("GET", "/v1/products/evil"));
	t.regex(description, /Fine/);
	t.notRegex(description, /script|onclick|onerror/);
});

test("an export that is imported again changes nothing", async (t) => {
	const sample = readFileSync(join(import.meta.dirname, "..", "data", "sample-catalogue.csv"), "utf8")
		.split("\n")
		.slice(0, 12)
		.join("\n");
	t.is((await imported(sample)).status, "completed");
	const answer = await fetch(`${shop().url}/v1/admin/exports/products`, {
		headers: { Authorization: `Bearer ${accessToken}` },
	});
	t.is(answer.status, 200);
	t.like(await imported(await answer.text()), { status: "completed", created: 0, errors: [] });
	t.is(
		(await shop().client.request("POST", "/v1/admin/imports", { body: OLD, headers: { "Content-Type": "text/csv" } }))
			.status,
		401,
	);
});

test("a file that is sent again under its key is imported once", async (t) => {
	const key = { "Idempotency-Key": "spring catalogue" };
	const file = `${OLD}\nonce,Once,,Us,,TRUE,,,ONCE-1,100,5,10.00,12.00,,active`;
	const first = await send(file, "text/csv", "", key);
	const again = await send(file, "text/csv", "", key);
	t.is(first.status, 202);
	t.is(again.status, 202);
	t.is(again.headers.get("idempotent-replayed"), "true");
	t.is(await again.text(), await first.text());
	const other = await send(`${file} `, "text/csv", "", key);
	t.is(other.status, 422);
	t.is((await refused(other)).code, "idempotency_conflict");
});
