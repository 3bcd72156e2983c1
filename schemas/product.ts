import Type, { type Static } from "typebox";
import {
	closed,
	Id,
	Image,
	Line,
	list,
	Money,
	Nothing,
	nullable,
	page,
	Quantity,
	Rating,
	Sku,
	Timestamp,
} from "./common.ts";
import { contract } from "./contract.ts";
import { MovementKind } from "./events.ts";

export const Options = Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 255 }));

export const Variant = closed({
	id: Id,
	sku: Type.String(),
	title: Type.String(),
	options: Options,
	price: Money,
	compareAtPrice: nullable(Money),
	available: Type.Integer(),
	image: Type.Optional(nullable(Type.String())),
});
export type Variant = Static<typeof Variant>;

export const ProductStatus = Type.Enum(["active", "draft", "archived"]);

export const Category = closed({
	id: Id,
	slug: Type.String(),
	title: Type.String(),
	path: Type.Array(Type.String(), { description: "Slugs from the root down to this one" }),
	parentId: nullable(Id),
	count: Type.Integer({ description: "Products in it and below it" }),
});
export type Category = Static<typeof Category>;

const productFields = {
	id: Id,
	slug: Type.String(),
	title: Type.String(),
	description: Type.String({ description: "Sanitised HTML" }),
	vendor: Type.String(),
	category: nullable(Type.String({ description: "Slug of the category" })),
	tags: Type.Array(Type.String()),
	status: ProductStatus,
	options: Type.Array(closed({ name: Type.String(), values: Type.Array(Type.String()) })),
	variants: Type.Array(Variant),
	images: Type.Array(Image),
	rating: Rating,
	version: Type.Integer(),
	createdAt: Timestamp,
	updatedAt: Timestamp,
};
export const Product = closed(productFields);
export type Product = Static<typeof Product>;

export const ProductListEntry = closed({
	...productFields,
	priceRange: nullable(closed({ min: Money, max: Money })),
});
export type ProductListEntry = Static<typeof ProductListEntry>;

export const listProducts = contract({
	name: "product.list",
	summary: "Active products, newest first; drafts and archived ones for those who hold `catalog:read`",
	kind: "read",
	callers: ["search"],
	params: closed({
		status: Type.Optional(ProductStatus),
		category: Type.Optional(Line(200)),
		vendor: Type.Optional(Line(200)),
		tag: Type.Optional(Line(200)),
		...page,
	}),
	result: list(ProductListEntry),
	errors: ["forbidden"],
	route: { method: "GET", path: "/v1/products", access: "anyone" },
});

export const getProduct = contract({
	name: "product.get",
	summary: "One product by id or slug; drafts and archived ones for those who hold `catalog:read`",
	kind: "read",
	callers: ["review"],
	params: closed({ id: Line(255) }),
	result: Product,
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/products/:id", access: "anyone", etag: true },
});

export const listCategories = contract({
	name: "product.categories",
	summary: "The tree of categories as a flat list, parents first",
	kind: "read",
	callers: ["search"],
	params: closed({}),
	result: closed({ data: Type.Array(Category), nextCursor: nullable(Type.String()) }),
	errors: [],
	route: { method: "GET", path: "/v1/categories", access: "anyone" },
});

export const categoryProducts = contract({
	name: "product.inCategory",
	summary: "Products of a category; with `deep` those of its children too",
	kind: "read",
	callers: ["search"],
	params: closed({ id: Line(255), deep: Type.Optional(Type.Boolean()), ...page }),
	result: list(ProductListEntry),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/categories/:id/products", access: "anyone" },
});

/** An absolute address or a path of this shop. */
const ImageUrl = Type.String({ minLength: 1, maxLength: 2000, pattern: "^(https?://|/)[^\\s]+$" });

const VariantInput = closed({
	id: Type.Optional(Id),
	sku: Sku,
	options: Type.Optional(Options),
	price: Money,
	compareAtPrice: Type.Optional(nullable(Money)),
	grams: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
	requiresShipping: Type.Optional(Type.Boolean()),
	barcode: Type.Optional(nullable(Line(100))),
	image: Type.Optional(nullable(ImageUrl)),
});

const ImageInput = closed({
	url: ImageUrl,
	alt: Type.Optional(Line(500, 0)),
});

const productInput = {
	title: Line(255),
	slug: Type.Optional(Type.String({ maxLength: 255, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" })),
	description: Type.Optional(Type.String({ maxLength: 100_000 })),
	vendor: Type.Optional(Line(200, 0)),
	category: Type.Optional(nullable(Line(500))),
	tags: Type.Optional(Type.Array(Line(200), { maxItems: 250 })),
	status: Type.Optional(ProductStatus),
	variants: Type.Optional(Type.Array(VariantInput, { minItems: 1, maxItems: 250 })),
	images: Type.Optional(Type.Array(ImageInput, { maxItems: 250 })),
};

export const createProduct = contract({
	name: "product.create",
	summary: "Makes a product with its variants; stock begins at 0",
	kind: "write",
	params: closed({ ...productInput, variants: Type.Array(VariantInput, { minItems: 1, maxItems: 250 }) }),
	result: Product,
	errors: ["sku_taken", "slug_taken", "currency_not_supported"],
	route: { method: "POST", path: "/v1/admin/products", access: "catalog:write", status: 201, etag: true },
	audited: ["status", "variants.sku", "variants.price", "variants.compareAtPrice"],
});

export const updateProduct = contract({
	name: "product.update",
	summary: "Changes the fields that are sent; `variants` replaces the list, matched by id or SKU",
	kind: "write",
	params: closed({ id: Id, ...productInput, title: Type.Optional(Line(255)) }),
	result: Product,
	errors: ["not_found", "sku_taken", "slug_taken", "currency_not_supported", "precondition_failed"],
	route: { method: "PATCH", path: "/v1/admin/products/:id", access: "catalog:write", etag: true, ifMatch: true },
	audited: ["status", "variants.sku", "variants.price", "variants.compareAtPrice"],
});

export const deleteProduct = contract({
	name: "product.delete",
	summary: "Takes a product out of the shop; orders keep what they hold of it",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found", "precondition_failed"],
	route: { method: "DELETE", path: "/v1/admin/products/:id", access: "catalog:write", status: 204, ifMatch: true },
});

export const Stock = closed({
	sku: Type.String(),
	onHand: Type.Integer(),
	reserved: Type.Integer(),
	available: Type.Integer(),
});
export type Stock = Static<typeof Stock>;

export const setInventory = contract({
	name: "product.setInventory",
	summary: "Counts stock anew (`onHand`) or moves it (`adjust` with a reason)",
	kind: "write",
	params: Type.Union([
		closed({ sku: Sku, onHand: Type.Integer({ minimum: 0, maximum: 10_000_000 }) }),
		closed({ sku: Sku, adjust: Type.Integer({ minimum: -10_000_000, maximum: 10_000_000 }), reason: Line(500) }),
	]),
	result: Stock,
	errors: ["not_found", "stock_below_reserved"],
	route: { method: "PUT", path: "/v1/admin/inventory/:sku", access: "catalog:write" },
	audited: ["onHand", "adjust"],
});

export const getStock = contract({
	name: "product.stock",
	summary: "The figures of a SKU, for operators",
	kind: "read",
	callers: [],
	params: closed({ sku: Sku }),
	result: Stock,
	errors: ["not_found"],
});

export const Movement = closed({
	id: Type.String(),
	at: Timestamp,
	kind: MovementKind,
	onHand: Type.Integer({ description: "Change of what lies on the shelf" }),
	reserved: Type.Integer({ description: "Change of what is held for orders" }),
	reference: nullable(Type.String({ description: "The order or the reason" })),
});
export type Movement = Static<typeof Movement>;

export const inventoryLedger = contract({
	name: "product.ledger",
	summary: "All movements of a SKU, oldest first; they sum to its figures",
	kind: "read",
	callers: ["operator"],
	params: closed({ sku: Sku, ...page }),
	result: closed({ data: Type.Array(Movement), nextCursor: nullable(Type.String()), stock: Stock }),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/admin/inventory/:sku/ledger", access: "catalog:read" },
});

export const Import = closed({
	id: Id,
	status: Type.Enum(["running", "completed", "failed"]),
	rows: Type.Integer({ description: "Rows read so far" }),
	created: Type.Integer(),
	updated: Type.Integer(),
	unchanged: Type.Integer(),
	failures: Type.Integer({ description: "Errors in all" }),
	errors: Type.Array(closed({ row: Type.Integer(), message: Type.String() }), {
		description: "The first 1,000; a product with an error is left out as a whole",
	}),
});
export type Import = Static<typeof Import>;

export const startImport = contract({
	name: "product.startImport",
	summary: "Opens an import; rows are handed over with `product.importRows`",
	kind: "write",
	callers: ["gateway"],
	params: closed({ header: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 500 }) }),
	result: Import,
	errors: ["import_unreadable"],
});

export const importRows = contract({
	name: "product.importRows",
	summary: "The next rows of an import; `last` ends it. Rows of one product may be split over two calls",
	kind: "write",
	callers: ["gateway"],
	timeout: 30_000,
	params: closed({
		id: Id,
		/** Number of the file's row in which the first of `rows` begins, the header being row 1. */
		firstRow: Type.Integer({ minimum: 1 }),
		rows: Type.Array(Type.Array(Type.String()), { maxItems: 1000 }),
		errors: Type.Optional(Type.Array(closed({ row: Type.Integer(), message: Type.String() }))),
		last: Type.Boolean(),
		failed: Type.Optional(Type.String()),
	}),
	result: Import,
	errors: ["not_found"],
});

export const importProducts = contract({
	name: "product.import",
	summary: "Imports a Shopify product CSV, old or new header; the body is streamed",
	kind: "write",
	params: closed({}),
	result: Import,
	errors: ["import_unreadable", "unsupported_media_type"],
	route: { method: "POST", path: "/v1/admin/imports", access: "catalog:write", status: 202, accepts: "text/csv" },
});

export const getImport = contract({
	name: "product.getImport",
	summary: "How far an import is",
	kind: "read",
	params: closed({ id: Id }),
	result: Import,
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/admin/imports/:id", access: "catalog:write" },
});

export const exportProducts = contract({
	name: "product.export",
	summary: "A page of the export as CSV text; the route streams all pages as one file",
	kind: "read",
	timeout: 10_000,
	params: closed({ cursor: page.cursor }),
	result: closed({ body: Type.String(), nextCursor: nullable(Type.String()) }),
	errors: [],
	route: { method: "GET", path: "/v1/admin/exports/products", access: "catalog:read", produces: "text/csv" },
});

/** What cart and order need to know of a variant to sell it. */
export const SaleItem = closed({
	variantId: Id,
	sku: Type.String(),
	productId: Id,
	slug: Type.String(),
	title: Type.String({ description: "Product and variant in one line" }),
	price: Money,
	available: Type.Integer(),
	grams: Type.Integer(),
	requiresShipping: Type.Boolean(),
	image: nullable(Type.String()),
});
export type SaleItem = Static<typeof SaleItem>;

export const saleItems = contract({
	name: "product.saleItems",
	summary: "Today's price and stock of variants, by id or SKU; what is not for sale is left out",
	kind: "read",
	callers: ["cart"],
	params: closed({
		variantIds: Type.Optional(Type.Array(Id, { maxItems: 500 })),
		skus: Type.Optional(Type.Array(Sku, { maxItems: 500 })),
	}),
	result: closed({ data: Type.Array(SaleItem) }),
	errors: [],
});

export const StockLine = closed({ sku: Sku, quantity: Quantity });
export type StockLine = Static<typeof StockLine>;

const stockWrite = closed({ reference: Id, lines: Type.Array(StockLine, { minItems: 1, maxItems: 500 }) });

export const reserveStock = contract({
	name: "product.reserve",
	summary:
		"Holds stock for an order until `expiresAt`: all lines or none. Again with the same reference: no effect; `reserved` is false when it was released meanwhile",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: closed({ reference: Id, lines: Type.Array(StockLine, { minItems: 1, maxItems: 500 }), expiresAt: Timestamp }),
	result: closed({ reserved: Type.Boolean() }),
	errors: ["out_of_stock"],
});

export const commitStock = contract({
	name: "product.commit",
	summary:
		"Turns the holds of a reference into sales. Again: no effect. A hold that is gone is taken from what is available",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: stockWrite,
	result: closed({ committed: Type.Boolean() }),
	errors: ["out_of_stock"],
});

export const releaseStock = contract({
	name: "product.release",
	summary: "Gives the holds of a reference back. Again, or without a hold: no effect",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: stockWrite,
	result: closed({ released: Type.Boolean() }),
	errors: [],
});

export const restock = contract({
	name: "product.restock",
	summary: "Puts sold goods back on the shelf, once for each reference",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: stockWrite,
	result: closed({ restocked: Type.Boolean() }),
	errors: [],
});

export const productPage = contract({
	name: "product.page",
	summary: "Active products in the order of their ids, for rebuilding an index",
	kind: "read",
	callers: ["search"],
	timeout: 10_000,
	params: closed({ after: Type.Optional(Id), limit: Type.Integer({ minimum: 1, maximum: 500 }) }),
	result: closed({ data: Type.Array(ProductListEntry) }),
	errors: [],
});

export const productsById = contract({
	name: "product.many",
	summary: "Products by id; those that are not sold are left out",
	kind: "read",
	callers: ["search"],
	params: closed({ ids: Type.Array(Id, { maxItems: 200 }) }),
	result: closed({ data: Type.Array(ProductListEntry) }),
	errors: [],
});

export const StockFacts = closed({
	reference: Id,
	lines: Type.Array(
		closed({
			sku: Sku,
			/** Pieces on hold. */
			held: Type.Integer(),
			/** Pieces sold, less those of sales that were undone. */
			sold: Type.Integer(),
			/** Pieces put back on the shelf. */
			restocked: Type.Integer(),
			/** Whether the ledger is whole, so that a sale which is not in it never was. */
			whole: Type.Boolean(),
		}),
	),
});
export type StockFacts = Static<typeof StockFacts>;

export const stockFacts = contract({
	name: "product.facts",
	summary:
		"What stock says of references, e.g. orders: what is held, sold and restocked of the SKUs that each of them names",
	kind: "read",
	callers: ["order"],
	params: closed({
		references: Type.Array(closed({ reference: Id, skus: Type.Array(Sku, { maxItems: 500 }) }), { maxItems: 200 }),
		/** Counts the ledger, so that `whole` is certain; otherwise it is taken to be whole. */
		count: Type.Boolean(),
	}),
	result: closed({ data: Type.Array(StockFacts) }),
	errors: [],
});

export const stockReferences = contract({
	name: "product.references",
	summary:
		"Whom stock is held for now, or was sold to: references that sort by time, from `since` until before `until`",
	kind: "read",
	callers: ["order"],
	params: Type.Union([
		closed({ held: Type.Literal(true), until: Id, after: Type.Optional(Id) }),
		closed({ since: Id, until: Id }),
	]),
	/** `after` is where the next page begins: a variant of those that are held, of sales the last reference of the page. */
	result: closed({
		data: Type.Array(closed({ reference: Id, skus: Type.Array(Sku) })),
		after: nullable(Type.String()),
	}),
	errors: [],
});
