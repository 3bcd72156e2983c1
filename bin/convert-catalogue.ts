/**
 * Converts a catalogue of NDJSON in the form of Icecat's open data (as in querqy/chorus: `id, title, supplier, price` in
 * cents, `ean`, `attr_*`) to a Shopify product CSV: `node bin/convert-catalogue.ts IN.ndjson[.gz] OUT.csv`.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { createGunzip } from "node:zlib";
import { stringify } from "csv-stringify";

type Item = Record<string, unknown> & { id: string; title: string };

const HEADER = [
	"Handle",
	"Title",
	"Body (HTML)",
	"Vendor",
	"Product Category",
	"Type",
	"Published",
	"Option1 Name",
	"Option1 Value",
	"Variant SKU",
	"Variant Grams",
	"Variant Inventory Qty",
	"Variant Price",
	"Variant Barcode",
	"Image Src",
	"Image Position",
	"Image Alt Text",
];

/** Most products name no type: a word of their title tells it. The first that fits counts. */
const CATEGORIES: [RegExp, string][] = [
	[/\btoner\b/i, "Printing > Toner"],
	[/\bink\b|print cartridge/i, "Printing > Ink"],
	[/\b(paper|labels?|vinyl|transparenc\w+)\b/i, "Printing > Paper & Media"],
	[/\b(drum|fuser|maintenance kit|roller kit|transfer kit)\b/i, "Printing > Parts"],
	[/printer|multifunction/i, "Printing > Printers"],
	[/\b(cable|cord)s?\b/i, "Accessories > Cables"],
	[/\b(notebook|laptop|chromebook|netbook)\b.*\b(case|bag|sleeve|backpack)\b/i, "Accessories > Bags & Cases"],
	[/\b(notebook|laptop|chromebook|netbook)\b/i, "Computers > Notebooks"],
	[/\b(processor|xeon|core i\d)\b/i, "Components > Processors"],
	[/\b(motherboard|desktop board|server board)\b/i, "Components > Boards"],
	[/\bddr\d?|memory module/i, "Components > Memory"],
	[/\b(ssd|hdd|nas|disk array)\b|hard (disk|drive)|flash drive|serial ata/i, "Components > Storage"],
	[/\b(graphics card|geforce|radeon|quadro)\b/i, "Components > Graphics"],
	[/\b(ups|pdu|surge)\b|uninterruptible|power supply/i, "Power > Supplies"],
	[/batter(y|ies)|charger/i, "Power > Batteries & Chargers"],
	[/\b(switch|router|access point|ethernet|network)\b/i, "Networking"],
	[/\b(monitor|tv|signage)\b|led display/i, "Displays > Screens"],
	[/projector|projection/i, "Displays > Projectors"],
	[/headphone|headset|speaker/i, "Audio"],
	[/keyboard|\bmouse\b|\bmice\b/i, "Accessories > Keyboards & Mice"],
	[/camera|lens\b/i, "Cameras"],
	[/\b(mount|bracket|rack|case|bag|sleeve|backpack)\b/i, "Accessories > Mounts & Cases"],
	[/adapt|splitter/i, "Accessories > Adapters"],
	[/\b(workstation|server|desktop|pc)\b/i, "Computers > Desktops & Servers"],
	[/licen[cs]e|software|warranty|on-site/i, "Software & Services"],
];

const ATTRIBUTES = 40;

/** One product as a row of the CSV. */
export function rowOf(item: Item): string[] {
	const title = clean(item.title).slice(0, 255);
	const type = text(item.attr_t_product_type);
	const image = text(item.img_500x500) || text(item.img_high);
	return [
		`${slug(title)}-${slug(item.id)}`,
		title,
		description(item),
		text(item.supplier),
		CATEGORIES.find(([word]) => word.test(title))?.[1] ?? "",
		/[a-z]/i.test(type) ? type : "",
		"TRUE",
		"Title",
		"Default Title",
		`ICE-${item.id}`,
		grams(item),
		String(stockOf(item.id)),
		price(item.price),
		text((item.ean as unknown[] | undefined)?.[0]),
		image,
		image ? "1" : "",
		image ? title : "",
	];
}

function description(item: Item): string {
	const rows = Object.entries(item)
		.filter(([name, value]) => /^attr_[tnb]_/.test(name) && value !== "")
		.slice(0, ATTRIBUTES)
		.map(([name, value]) => `<tr><th>${html(label(name))}</th><td>${html(cell(value))}</td></tr>`);
	const short = text(item.short_description);
	const table = rows.length > 0 ? `<table><tbody>${rows.join("")}</tbody></table>` : "";
	return (short ? `<p>${html(short)}</p>` : "") + table;
}

function label(name: string): string {
	const words = name
		.replace(/^attr_[tnb]_/, "")
		.replace(/_+/g, " ")
		.trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

const cell = (value: unknown) => (typeof value === "boolean" ? (value ? "Yes" : "No") : clean(String(value)));

/** Cents as `49.95`, by moving digits. */
function price(cents: unknown): string {
	if (!Number.isSafeInteger(cents) || (cents as number) < 0) return "";
	const digits = String(cents).padStart(3, "0");
	return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function grams(item: Item): string {
	const weight = [item.attr_n_weight, item.attr_n_package_weight].find((value) => typeof value === "number");
	return weight !== undefined && weight >= 0 && weight <= 1_000_000 ? String(Math.round(weight)) : "0";
}

/** From 0 to 199, the same each time; about one in sixteen is sold out. */
function stockOf(id: string): number {
	const hash = createHash("sha256").update(id).digest().readUInt32BE(0);
	return hash % 16 === 0 ? 0 : (hash >>> 4) % 200;
}

const text = (value: unknown) => (typeof value === "string" ? clean(value) : "");
const clean = (value: string) => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
const html = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const slug = (value: string) =>
	value
		.normalize("NFKD")
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.slice(0, 80)
		.replace(/^-+|-+$/g, "") || "product";

/** Lines by their line feed alone: readline takes U+2028 for the end of a line, too, and that stands inside some products. */
async function* lines(input: NodeJS.ReadableStream): AsyncGenerator<string> {
	input.setEncoding("utf8");
	let rest = "";
	for await (const chunk of input) {
		const parts = (rest + chunk).split("\n");
		rest = parts.pop() ?? "";
		yield* parts;
	}
	yield rest;
}

/** Converts a file, whatever its size, in the memory of a few rows. */
export async function convert(source: string, target: string): Promise<number> {
	const file = createReadStream(source);
	const input = source.endsWith(".gz") ? file.pipe(createGunzip()) : file;
	file.once("error", (error) => input.destroy(error));
	let count = 0;
	async function* rows() {
		yield HEADER;
		for await (const line of lines(input)) {
			if (line.trim() === "") continue;
			count++;
			yield rowOf(JSON.parse(line) as Item);
		}
	}
	await pipeline(Readable.from(rows(), { highWaterMark: 16 }), stringify(), createWriteStream(target));
	return count;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	const [source, target] = process.argv.slice(2);
	if (!source || !target) {
		console.error("Usage: node bin/convert-catalogue.ts IN.ndjson[.gz] OUT.csv");
		process.exitCode = 2;
	} else {
		const count = await convert(source, target);
		console.log(`${count} products written to ${target}`);
	}
}
