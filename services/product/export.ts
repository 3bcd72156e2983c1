import { stringify } from "csv-stringify/sync";
import { setting } from "../../runtime/config.ts";
import { categoryPath } from "./categories.ts";
import type { ProductImage, ProductState, ProductVariant } from "./model.ts";
import { fromMinor } from "./money.ts";
import type { Figures } from "./variants.ts";

/** Shopify's older product header, which every tool reads. */
const HEADER =
	`Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,\
Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,\
Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,Variant Image,Variant Weight Unit,\
Status`.split(",");

export const csvHeader = () => stringify([HEADER]);

/** The rows of products, one for each variant or image, whichever are more. */
export const csvRows = (products: ProductState[], figures: Map<string, Figures>) =>
	stringify(products.flatMap((product) => rowsOf(product, figures)));

function rowsOf(product: ProductState, figures: Map<string, Figures>): unknown[][] {
	const names = product.options.map(({ name }) => name);
	const count = Math.max(product.variants.length, product.images.length);
	return Array.from({ length: count }, (_, n) => {
		const variant = product.variants[n];
		return [
			product.slug,
			...(n === 0 ? productCells(product) : ["", "", "", "", "", "", ""]),
			...[0, 1, 2].flatMap((at) => optionCells(names, at, variant, n === 0)),
			...variantCells(variant, variant && figures.get(variant.id)),
			...imageCells(product.images[n]),
			n === 0 ? "FALSE" : "",
			variant?.image ?? "",
			variant ? "g" : "",
			n === 0 ? product.status : "",
		];
	});
}

const productCells = (product: ProductState) => [
	product.title,
	product.description,
	product.vendor,
	categoryPath(product.category),
	product.type,
	product.tags.join(", "),
	product.status === "active" ? "TRUE" : "FALSE",
];

function optionCells(names: string[], at: number, variant: ProductVariant | undefined, first: boolean): string[] {
	if (names.length === 0) return at === 0 && variant ? [first ? "Title" : "", "Default Title"] : ["", ""];
	const name = names[at] ?? "";
	return [first ? name : "", variant?.options[name] ?? ""];
}

function variantCells(variant: ProductVariant | undefined, figures: Figures | undefined): unknown[] {
	if (!variant) return Array(11).fill("");
	const currency = setting("CURRENCY");
	const { sku, grams, price, compareAtPrice, requiresShipping, barcode } = variant;
	return [
		sku,
		grams,
		"shopify",
		figures?.onHand ?? 0,
		"deny",
		"manual",
		fromMinor(price, currency),
		compareAtPrice === null ? "" : fromMinor(compareAtPrice, currency),
		requiresShipping ? "TRUE" : "FALSE",
		"TRUE",
		barcode ?? "",
	];
}

const imageCells = (image: ProductImage | undefined) => (image ? [image.url, image.position, image.alt] : ["", "", ""]);
