import { type Caller, call } from "../../runtime/action.ts";
import { type Category, listCategories } from "../../schemas/product.ts";

/** A category never changes once it is there, so they are asked for again only when one is missing, or to count them anew. */
const STALE = 30_000;

let bySlug = new Map<string, Category>();
let readAt = 0;

export function forgetCategories(): void {
	bySlug = new Map();
	readAt = 0;
}

/** All categories by slug, with those that are `wanted`, if there are such. */
export async function categories(from: Caller, wanted: Iterable<string | null> = []): Promise<Map<string, Category>> {
	const missing = [...wanted].some((slug) => slug !== null && !bySlug.has(slug));
	if (missing || Date.now() - readAt > STALE) {
		const { data } = await call(from, listCategories, {});
		bySlug = new Map(data.map((category) => [category.slug, category]));
		readAt = Date.now();
	}
	return bySlug;
}
