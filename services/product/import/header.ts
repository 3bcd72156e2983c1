import { fail } from "../../../runtime/errors.ts";

/** What a column means, by its names in Shopify's old and new product CSV (lower-case). */
const COLUMNS = {
	handle: ["handle", "url handle"],
	title: ["title"],
	description: ["body (html)", "body html", "description"],
	vendor: ["vendor"],
	category: ["product category"],
	type: ["type"],
	tags: ["tags"],
	published: ["published", "published on online store"],
	status: ["status"],
	option1Name: ["option1 name"],
	option1Value: ["option1 value"],
	option2Name: ["option2 name"],
	option2Value: ["option2 value"],
	option3Name: ["option3 name"],
	option3Value: ["option3 value"],
	sku: ["variant sku", "sku"],
	barcode: ["variant barcode", "barcode"],
	grams: ["variant grams", "weight value (grams)"],
	quantity: ["variant inventory qty", "inventory quantity"],
	price: ["variant price", "price"],
	compareAtPrice: ["variant compare at price", "compare-at price"],
	requiresShipping: ["variant requires shipping", "requires shipping"],
	image: ["image src", "product image url"],
	imagePosition: ["image position"],
	imageAlt: ["image alt text"],
	variantImage: ["variant image", "variant image url"],
} as const;

export type Column = keyof typeof COLUMNS;

/** Where each column of a file stands, and how the file calls it. */
export type Header = ReadonlyMap<Column, { index: number; name: string }>;

const byName = new Map<string, Column>(
	(Object.keys(COLUMNS) as Column[]).flatMap((column) =>
		COLUMNS[column].map((name): [string, Column] => [name, column]),
	),
);

/**
 * Reads the first row of a file; columns that the shop has no use for are passed over.
 * @throws import_unreadable when it is not that of a product CSV
 */
export function readHeader(cells: string[]): Header {
	const header = new Map<Column, { index: number; name: string }>();
	for (const [index, cell] of cells.entries()) {
		const name = cell.trim();
		const column = byName.get(name.toLowerCase());
		if (column && !header.has(column)) header.set(column, { index, name });
	}
	const missing = (["title", "price"] as const).filter((column) => !header.has(column));
	if (missing.length > 0) {
		const names = missing.map((column) => COLUMNS[column].map((name) => `"${name}"`).join(" or "));
		throw fail("import_unreadable", {}, `The first row has no column ${names.join(", and none ")}`);
	}
	return header;
}
