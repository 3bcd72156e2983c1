import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { parse } from "csv-parse/sync";
import { consumer } from "../../runtime/events/consumer.ts";
import { service } from "../../runtime/service.ts";
import { productChanged, stockChanged } from "../../schemas/events.ts";
import {
	exportProducts,
	getImport,
	getProduct,
	importRows,
	inventoryLedger,
	listCategories,
	reserveStock,
	startImport,
	updateProduct,
} from "../../schemas/product.ts";
import { products } from "./model.ts";
import { type Shop, startProduct } from "./testing.ts";

let shop: Shop;
let events = 0;
const listener = service({
	name: "listener",
	actions: [],
	consumers: [
		consumer(productChanged, "products", async () => events++),
		consumer(stockChanged, "stock", async () => events++),
	],
});
test.before(async () => {
	shop = await startProduct([listener]);
});
test.after.always(() => shop?.stop());

/** Imports a CSV in batches, as the gateway does. */
async function importCsv(csv: string, batch = 200) {
	const [header = [], ...rows] = parse(csv, { relax_column_count: true, bom: true }) as string[][];
	const { id } = await shop.ask(startImport, { header });
	for (let n = 0; n < rows.length; n += batch)
		await shop.ask(importRows, { id, firstRow: n + 2, rows: rows.slice(n, n + batch), last: false });
	await shop.ask(importRows, { id, firstRow: rows.length + 2, rows: [], last: true });
	return shop.ask(getImport, { id });
}

async function exportCsv(): Promise<string> {
	let csv = "";
	let cursor: string | undefined;
	do {
		const page = await shop.ask(exportProducts, cursor ? { cursor } : {});
		csv += page.body;
		cursor = page.nextCursor ?? undefined;
	} while (cursor);
	return csv;
}

const OLD = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src";
const quiet = async () => {
	while (shop.node.relay.pending() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

test.serial("rows with the same handle make one product, rows with only an image add one", async (t) => {
	const result = await importCsv(`${OLD}
mug,Mug,Cup,Size,S,MUG-S,3,24.00,/images/a.svg
mug,,,,L,MUG-L,4,30.5,/images/b.svg
mug,,,,,,,,/images/c.svg`);
	t.like(result, { status: "completed", rows: 3, created: 1, updated: 0, unchanged: 0, failures: 0, errors: [] });
	const mug = await shop.ask(getProduct, { id: "mug" });
	t.is(mug.images.length, 3);
	t.is(mug.category, "cup");
	t.deepEqual(
		mug.variants.map(({ sku, title, available, price }) => [sku, title, available, price.amount]),
		[
			["MUG-S", "S", 3, 2400],
			["MUG-L", "L", 4, 3050],
		],
	);
	const { data } = await shop.ask(inventoryLedger, { sku: "MUG-S" });
	t.like(data, { length: 1, 0: { kind: "count", onHand: 3 } });
});

test.serial("the header of today and the older one mean the same", async (t) => {
	const result = await importCsv(`Title,URL handle,SKU,Inventory quantity,Price,Option1 name,Option1 value
Mug,mug,MUG-S,3,24.00,Size,S
,mug,MUG-L,4,30.50,,L`);
	t.like(result, { created: 0, updated: 0, unchanged: 1, failures: 0 });
});

test.serial("the same file again changes nothing and tells nobody", async (t) => {
	const file = `${OLD}\nbowl,Bowl,Dish,,,BOWL,7,12,\n,Plate,Dish,Title,Default Title,,2,9.99,/images/p.svg`;
	t.like(await importCsv(file), { created: 2, errors: [] });
	await quiet();
	const before = events;
	const revs = await products.findMany({}, { projection: { rev: 1 } });
	for (let n = 0; n < 2; n++) t.like(await importCsv(file), { created: 0, updated: 0, unchanged: 2, errors: [] });
	await quiet();
	t.is(events, before);
	t.deepEqual(await products.findMany({}, { projection: { rev: 1 } }), revs);
	t.is((await shop.ask(getProduct, { id: "plate" })).variants[0]!.sku, "plate");
});

test.serial("only what differs is changed", async (t) => {
	const file = (quantity: number, price: string) => `${OLD}\npot,Pot,Dish,,,POT,${quantity},${price},`;
	await importCsv(file(5, "10.00"));
	const first = await shop.ask(getProduct, { id: "pot" });
	t.like(await importCsv(file(8, "10.00")), { updated: 1 });
	const counted = await shop.ask(getProduct, { id: "pot" });
	t.is(counted.version, first.version);
	t.is(counted.variants[0]!.available, 8);
	t.like(await importCsv(file(8, "11.00")), { updated: 1 });
	t.like((await shop.ask(getProduct, { id: "pot" })).variants[0], { price: { amount: 1100 }, available: 8 });
	const { data } = await shop.ask(inventoryLedger, { sku: "POT" });
	t.deepEqual(
		data.map(({ onHand }) => onHand),
		[5, 3],
	);
});

for (const batch of [1, 2, 3, 5]) {
	test.serial(`a product that is split over batches of ${batch} comes out whole`, async (t) => {
		const rows = ["S", "M", "L", "XL"].map(
			(size, n) => `split-${batch},${n ? "" : "Split"},Dish,${n ? "" : "Size"},${size},SPLIT-${batch}-${size},1,5.00,`,
		);
		const other = `other-${batch},Other,Dish,,,OTHER-${batch},1,5.00,`;
		const result = await importCsv([OLD, ...rows, other].join("\n"), batch);
		t.like(result, { created: 2, rows: 5, errors: [] });
		t.is((await shop.ask(getProduct, { id: `split-${batch}` })).variants.length, 4);
	});
}

test.serial("rows of a product that stand apart are put together, and again change nothing", async (t) => {
	const filler = Array.from({ length: 4 }, (_, n) => `filler-${n},Filler,Dish,,,FILLER-${n},1,5.00,`);
	const file = [
		OLD,
		"apart,Apart,Dish,Size,S,APART-S,1,5.00,/images/a.svg",
		...filler,
		"apart,,,,L,APART-L,2,6.00,/images/b.svg",
	].join("\n");
	t.like(await importCsv(file, 2), { created: 5, updated: 1, errors: [] });
	const apart = await shop.ask(getProduct, { id: "apart" });
	t.deepEqual([apart.variants.length, apart.images.length], [2, 2]);
	t.deepEqual(apart.options, [{ name: "Size", values: ["S", "L"] }]);
	t.like(await importCsv(file, 2), { created: 0, updated: 0, unchanged: 6 });
	t.like(await importCsv(file, 100), { created: 0, updated: 0 });
});

test.serial("a handle in another script gets a slug of its own, the same each time", async (t) => {
	const file = `${OLD}\n茶碗,茶碗,Dish,,,CHAWAN,1,5.00,\n急須,急須,Dish,,,KYUSU,1,5.00,`;
	t.like(await importCsv(file), { created: 2, errors: [] });
	t.like(await importCsv(file), { unchanged: 2 });
});

test.serial("a row that belongs to no product is reported", async (t) => {
	t.like(await importCsv(`${OLD}\n,,Dish,,,X,1,5.00,`), { errors: [{ row: 2, message: "Handle is missing" }] });
});

const broken: [string, string, RegExp][] = [
	["no title", "x,,Dish,,,X,1,5.00,", /Title is missing/],
	["a price that is none", "x,X,Dish,,,X,1,5.0.0,", /Variant Price is "5.0.0"/],
	["a price with too many digits", "x,X,Dish,,,X,1,5.001,", /Variant Price is "5.001"/],
	["a negative price", "x,X,Dish,,,X,1,-5,", /Variant Price/],
	["no price", "x,X,Dish,,,X,1,,", /Variant Price is missing/],
	["a negative quantity", "x,X,Dish,,,X,-1,5.00,", /Variant Inventory Qty is "-1"/],
	["a fractional quantity", "x,X,Dish,,,X,1.5,5.00,", /Variant Inventory Qty is "1.5"/],
	["a title that is too long", `x,${"X".repeat(256)},Dish,,,X,1,5.00,`, /Title is longer than 255/],
	["an image that is no address", "x,X,Dish,,,X,1,5.00,javascript:1", /Image Src/],
	["only an image", "x,X,Dish,,,,,,/images/a.svg", /no variant/],
	["a SKU of another product", "x,X,Dish,,,SOUND,1,5.00,", /belongs to another product/],
	["a SKU twice", "x,X,Dish,Size,S,X,1,5.00,\nx,,,,L,X,1,5.00,", /stands twice/],
	["options twice", "x,X,Dish,Size,S,X-1,1,5.00,\nx,,,,S,X-2,1,5.00,", /same options/],
];
for (const [name, rows, message] of broken) {
	test.serial(`a product with ${name} is reported and left out, the others are taken`, async (t) => {
		const result = await importCsv(`${OLD}\nsound,Sound,Dish,,,SOUND,1,5.00,\n${rows}`);
		t.is(result.created + result.updated + result.unchanged, 1);
		t.is(result.failures, 1);
		t.is(result.errors.length, 1);
		t.regex(result.errors[0]!.message, message);
		t.true([3, 4].includes(result.errors[0]!.row));
		t.is(await products.findOne({ slug: "x" }), null);
	});
}

test.serial("a broken row among good ones leaves the product as it was", async (t) => {
	await importCsv(`${OLD}\nwhole,Whole,Dish,Size,S,WHOLE-S,1,5.00,`);
	const result = await importCsv(`${OLD}\nwhole,Changed,Dish,Size,S,WHOLE-S,1,6.00,\nwhole,,,,L,WHOLE-L,1,abc,`);
	t.deepEqual(result.errors, [{ row: 3, message: 'Variant Price is "abc" but must be a price in USD such as 24.00' }]);
	t.like(await shop.ask(getProduct, { id: "whole" }), { title: "Whole", variants: { length: 1 } });
});

test.serial("a quantity below what orders hold is reported", async (t) => {
	await importCsv(`${OLD}\nheld,Held,Dish,,,HELD,5,5.00,`);
	const expiresAt = new Date(Date.now() + 60_000).toISOString();
	await shop.ask(reserveStock, { reference: "ord_1", lines: [{ sku: "HELD", quantity: 3 }], expiresAt });
	const result = await importCsv(`${OLD}\nheld,Held,Dish,,,HELD,2,5.00,`);
	t.regex(result.errors[0]!.message, /3 of "HELD" are held/);
});

test.serial("errors are counted all and kept up to a thousand", async (t) => {
	const rows = Array.from({ length: 1_200 }, (_, n) => `bad-${n},Bad,Dish,,,BAD-${n},1,x,`);
	const result = await importCsv([OLD, ...rows].join("\n"));
	t.like(result, { failures: 1_200, errors: { length: 1_000 }, created: 0, rows: 1_200, status: "completed" });
});

test.serial("a file that is no product list is refused by its first row", async (t) => {
	const error = await t.throwsAsync(shop.ask(startImport, { header: ["Name", "Email"] }));
	t.like(error, { type: "import_unreadable" });
	t.regex(error!.message, /no column "title"/);
});

test.serial("an import that is broken off says so", async (t) => {
	const { id } = await shop.ask(startImport, { header: OLD.split(",") });
	const rows = [["off", "Off", "Dish", "", "", "OFF", "1", "5.00", ""]];
	await shop.ask(importRows, { id, firstRow: 2, rows, last: false });
	await shop.ask(importRows, { id, firstRow: 2, rows, last: true, failed: "The import stopped: gone" });
	t.like(await shop.ask(getImport, { id }), { status: "failed", errors: [{ message: "The import stopped: gone" }] });
});

test.serial("a batch that is sent again is taken once", async (t) => {
	const { id } = await shop.ask(startImport, { header: OLD.split(",") });
	const rows = [
		["again", "Again", "Dish", "", "", "AGAIN", "1", "5.00", ""],
		["again-2", "Again", "Dish", "", "", "AGAIN-2", "1", "5.00", ""],
	];
	for (let n = 0; n < 2; n++) await shop.ask(importRows, { id, firstRow: 2, rows, last: false });
	await shop.ask(importRows, { id, firstRow: 4, rows: [], last: true });
	t.like(await shop.ask(getImport, { id }), { status: "completed", rows: 2, created: 2, unchanged: 0 });
});

test.serial("an operator's own changes outlive an import that does not speak of them", async (t) => {
	await importCsv(`${OLD}\nkept,Kept,Dish,,,KEPT,1,5.00,`);
	const { id } = await shop.ask(getProduct, { id: "kept" });
	await shop.ask(updateProduct, { id, description: "<p>Mine</p>", tags: ["mine"] });
	t.like(await importCsv(`${OLD}\nkept,Kept,Dish,,,KEPT,1,5.00,`), { unchanged: 1 });
	t.like(await shop.ask(getProduct, { id }), { description: "<p>Mine</p>", tags: ["mine"] });
});

test.serial("an export of everything, imported again, changes nothing", async (t) => {
	const again = await importCsv(await exportCsv());
	t.like(again, { created: 0, updated: 0, failures: 0, errors: [] });
	t.true(again.unchanged > 10);
});

const sample = join(import.meta.dirname, "../../data/sample-catalogue.csv");
test.serial("the sample catalogue goes in, comes out and goes in again unchanged", async (t) => {
	if (!existsSync(sample)) return t.log("there is no sample catalogue");
	const csv = readFileSync(sample, "utf8");
	const first = await importCsv(csv);
	t.like(first, { updated: 0, unchanged: 0, failures: 0, errors: [] });
	t.like(await importCsv(csv), { created: 0, updated: 0, unchanged: first.created });
	const before = await exportCsv();
	t.like(await importCsv(before), { created: 0, updated: 0, failures: 0 });
	t.is(await exportCsv(), before);
	const { data } = await shop.ask(listCategories, {});
	t.true(data.some(({ slug, count }) => slug === "kitchen-tableware" && count > 0));
	const small = readFileSync(join(sample, "../sample-catalogue-small-new.csv"), "utf8");
	t.like(await importCsv(small), { failures: 0, errors: [] });
	t.like(await importCsv(small), { created: 0, updated: 0, failures: 0 });
});
