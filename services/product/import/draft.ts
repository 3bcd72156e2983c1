import { holdsCardNumber } from "../../../runtime/card-number.ts";
import { setting } from "../../../runtime/config.ts";
import { sanitize } from "../html.ts";
import type { Status } from "../model.ts";
import { Cells, type RowError } from "./cells.ts";
import type { Group } from "./groups.ts";
import type { Header } from "./header.ts";

/** A product as a file states it. What the file has no column for is left out, and stays as it is. */
export interface Draft {
	row: number;
	slug: string;
	title?: string;
	description?: string;
	vendor?: string;
	type?: string;
	/** `Kitchen > Tableware`. */
	category?: string;
	tags?: string[];
	status?: Status;
	variants: VariantDraft[];
	images: ImageDraft[];
}

export interface VariantDraft {
	row: number;
	/** Null where the file names none. */
	sku: string | null;
	options: Record<string, string>;
	price: number;
	compareAtPrice?: number | null;
	grams?: number;
	requiresShipping?: boolean;
	barcode?: string | null;
	image?: string | null;
	quantity?: number;
}

export interface ImageDraft {
	url: string;
	alt?: string;
	position?: number;
}

const MOST = 250;

/**
 * Reads the rows of one product. With an error nothing of it may be stored.
 * @param known names of options that the product has already, for rows that do not repeat them
 */
export function draftOf(header: Header, group: Group, known: string[] = []): { draft: Draft; errors: RowError[] } {
	const errors: RowError[] = [];
	const currency = setting("CURRENCY");
	const first = group.rows[0]!;
	const head = new Cells(header, first.row, first.cells, errors);
	const draft: Draft = { row: first.row, slug: group.slug, ...productOf(head), variants: [], images: [] };
	if (group.slug === "") head.error("handle", "is missing");
	const names = [1, 2, 3].map((n) => head.line(`option${n as 1}Name`, 100) || (known[n - 1] ?? ""));
	for (const { row, cells } of group.rows) {
		if (cells.some((cell) => cell.includes("\ufffd")))
			errors.push({ row, message: "The row is not UTF-8: save the file in that encoding" });
		if (cells.some(holdsCardNumber)) errors.push({ row, message: "The row holds a card's number" });
		const reader = row === first.row ? head : new Cells(header, row, cells, errors);
		const image = imageOf(reader);
		if (image && !draft.images.some(({ url }) => url === image.url)) draft.images.push(image);
		if (row === first.row ? !isImageOnly(reader) || !image : !isImageOnly(reader))
			draft.variants.push(variantOf(reader, names, currency));
	}
	if (draft.variants.length > MOST) head.error("handle", `has more than ${MOST} variants`);
	if (draft.images.length > MOST) head.error("handle", `has more than ${MOST} images`);
	checkTwins(draft, errors);
	return { draft, errors };
}

function productOf(cells: Cells): Partial<Draft> {
	const title = cells.line("title", 255);
	// Further rows of a product that came earlier say nothing of the product itself.
	if (!title) return {};
	const description = cells.text("description");
	if (description !== undefined && description.length > 100_000)
		cells.error("description", "is longer than 100,000 characters");
	const tags = cells
		.line("tags", 50_000)
		?.split(",")
		.map((tag) => tag.trim())
		.filter(Boolean);
	if (tags?.some((tag) => tag.length > 200)) cells.error("tags", "holds a tag of more than 200 characters");
	if (tags && tags.length > MOST) cells.error("tags", `holds more than ${MOST} tags`);
	return {
		title,
		description: description === undefined ? undefined : sanitize(description),
		vendor: cells.line("vendor", 200),
		type: cells.line("type", 200),
		category: cells.line("category", 500),
		tags,
		status: statusOf(cells),
	};
}

function statusOf(cells: Cells): Status | undefined {
	const status = cells.line("status", 20)?.toLowerCase();
	const published = cells.flag("published");
	if (status && !["active", "draft", "archived"].includes(status))
		cells.error("status", "must be active, draft or archived");
	if (!status && published === undefined) return undefined;
	if (status === "draft" || status === "archived") return status;
	return published === false ? "draft" : "active";
}

const isImageOnly = (cells: Cells) =>
	(["sku", "price", "quantity", "option1Value", "option2Value", "option3Value"] as const).every(
		(column) => !cells.raw(column),
	);

function variantOf(cells: Cells, names: string[], currency: string): VariantDraft {
	const options: Record<string, string> = {};
	for (const [n, name] of names.entries()) {
		const value = cells.line(`option${(n + 1) as 1}Value`, 255);
		if (value && !(name === "Title" && value === "Default Title")) options[name || `Option ${n + 1}`] = value;
	}
	if (!cells.raw("price")) cells.error("price", "is missing");
	return {
		row: cells.row,
		sku: cells.line("sku", 100) || null,
		options,
		price: cells.price("price", currency) ?? 0,
		compareAtPrice: cells.price("compareAtPrice", currency),
		grams: cells.whole("grams", 1_000_000, true) ?? undefined,
		requiresShipping: cells.flag("requiresShipping"),
		barcode: cells.nullable("barcode", 100),
		image: cells.address("variantImage"),
		quantity: cells.whole("quantity", 10_000_000, false) ?? undefined,
	};
}

function imageOf(cells: Cells): ImageDraft | null {
	const url = cells.address("image");
	if (!url) return null;
	return { url, alt: cells.line("imageAlt", 500), position: cells.whole("imagePosition", 10_000, false) ?? undefined };
}

function checkTwins({ variants }: Draft, errors: RowError[]): void {
	const skus = new Set<string>();
	const options = new Set<string>();
	for (const { row, sku, options: own } of variants) {
		if (sku && skus.has(sku)) errors.push({ row, message: `SKU "${sku}" stands twice in the product` });
		const key = JSON.stringify(Object.entries(own).sort());
		if (options.has(key)) errors.push({ row, message: "Another variant of the product has the same options" });
		if (sku) skus.add(sku);
		options.add(key);
	}
}
