import { Schema } from "mongoose";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import { Collection } from "../../runtime/store/collection.ts";

/** Amounts are minor units of the shop's currency. */
export interface ProductVariant {
	id: string;
	/** Never changes: with the SKU goes the stock and its ledger. */
	sku: string;
	title: string;
	options: Record<string, string>;
	price: number;
	compareAtPrice: number | null;
	grams: number;
	requiresShipping: boolean;
	barcode: string | null;
	image: string | null;
}

export interface ProductImage {
	url: string;
	alt: string;
	position: number;
}

export type Status = "active" | "draft" | "archived";

/** What the catalogue says of a product, its variants included: one document, so a product is never half there. */
export interface ProductState extends Aggregate {
	/** `deleted` leaves a stone behind, from which its event is published. */
	status: Status | "deleted";
	slug: string;
	title: string;
	description: string;
	vendor: string;
	type: string;
	category: string | null;
	/** Slugs from the root category down to its own. */
	categories: string[];
	tags: string[];
	options: { name: string; values: string[] }[];
	variants: ProductVariant[];
	images: ProductImage[];
	rating: { average: number; count: number } | null;
	ratingVersion: number;
	createdAt: string;
	updatedAt: string;
}

export interface Hold {
	reference: string;
	quantity: number;
	expiresAt: string;
}

/** A variant as it is sold: its stock, and a copy of what cart and order ask for, so that a sale touches one document. */
export interface VariantState extends Aggregate {
	sku: string;
	productId: string;
	/** The product's revision that the copy is of. */
	productRev: number;
	/** The product's, or `removed` when no product has this SKU any more. */
	status: Status | "removed";
	slug: string;
	title: string;
	image: string | null;
	price: number;
	grams: number;
	requiresShipping: boolean;
	onHand: number;
	reserved: number;
	holds: Hold[];
	/** What was settled lately and must not happen twice, e.g. `commit ord_1`; the ledger knows what is older. */
	settled: string[];
	/** Counts movements. */
	moves: number;
}

export interface ImportState extends Aggregate {
	status: "running" | "completed" | "failed";
	header: string[];
	/** The file's row that is expected next; rows before it were taken. */
	nextRow: number;
	rows: number;
	created: number;
	updated: number;
	unchanged: number;
	failures: number;
	errors: { row: number; message: string }[];
	/** Rows of the last product, which the next batch may continue. */
	pending: string[][];
	updatedAt: string;
}

const any = (definition: Record<string, unknown>) => new Schema(definition, { strict: false, _id: false });

const productSchema = any({ _id: String, rev: Number, slug: String, status: String });
productSchema.index({ slug: 1 }, { unique: true });
// Products that gave up their variants have none to index: an empty list would count as the value null, which is unique too.
productSchema.index(
	{ "variants.sku": 1 },
	{ unique: true, partialFilterExpression: { "variants.sku": { $exists: true } } },
);
productSchema.index({ status: 1, _id: -1 });
productSchema.index({ status: 1, categories: 1, _id: -1 });
productSchema.index({ status: 1, vendor: 1, _id: -1 });
productSchema.index({ status: 1, tags: 1, _id: -1 });

const variantSchema = any({ _id: String, rev: Number, sku: String, productId: String });
variantSchema.index({ sku: 1 }, { unique: true });
variantSchema.index({ productId: 1 });
variantSchema.index({ "holds.expiresAt": 1 }, { sparse: true });

export const products = new Collection<ProductState>({ service: "product", name: "products", schema: productSchema });

export const variants = new Collection<VariantState>({
	service: "product",
	name: "variants",
	schema: variantSchema,
	remember: 10_000,
});

export const imports = new Collection<ImportState>({
	service: "product",
	name: "imports",
	schema: any({ _id: String, rev: Number }),
});
