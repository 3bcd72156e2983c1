import { action, type Caller, call } from "../../../runtime/action.ts";
import { type Category, listProducts } from "../../../schemas/product.ts";
import { suggest } from "../../../schemas/search.ts";
import { categories } from "../categories.ts";
import { missed } from "../keeper.ts";
import { IndexDown, searchIndex } from "../model.ts";
import { suggestRequest } from "../queries.ts";
import { recently } from "../recent.ts";
import { begins, matchingCategories, phrases, type Suggestion, typedWords, vendors } from "../suggestions.ts";

/** So many titles are looked at for phrases. */
const TITLES = 40;

interface Known {
	titles: { id: string; title: string }[];
	vendors: string[];
	categories: Category[];
}

export default action(suggest, async (ctx) => {
	const { q, limit = 8 } = ctx.params;
	const typed = typedWords(q);
	if (typed.length === 0) return { data: [] };
	const found = await recently(["suggest", q], () => fromIndex(ctx, q)).catch((error) => {
		if (!(error instanceof IndexDown)) throw error;
		if (error.isEmpty) missed();
		return fromCatalogue(ctx, typed);
	});
	const data: Suggestion[] = [
		...phrases(
			typed,
			found.titles.map(({ title }) => title),
		),
		...matchingCategories(typed, found.categories),
		...vendors(found.vendors),
	].slice(0, Math.max(1, limit - 2));
	for (const { id, title } of found.titles.slice(0, limit - data.length))
		data.push({ text: title, type: "product", id });
	return { data };
});

async function fromIndex(from: Caller, q: string): Promise<Known> {
	const exact = await ask(from, q, false);
	return exact.titles.length > 0 ? exact : ask(from, q, true);
}

async function ask(from: Caller, q: string, misspelt: boolean): Promise<Known> {
	const { hits, aggregations = {} } = await searchIndex(suggestRequest(q, TITLES, misspelt));
	const slugs = namesIn(aggregations.category);
	const bySlug = slugs.length > 0 ? await categories(from, slugs) : new Map<string, Category>();
	return {
		titles: hits.hits.map(({ _source }) => ({ id: _source!.id!, title: _source!.title! })),
		vendors: namesIn(aggregations.vendor),
		categories: slugs.flatMap((slug) => bySlug.get(slug) ?? []),
	};
}

const namesIn = (facet: unknown) =>
	((facet as { names: { buckets: { key: string }[] } } | undefined)?.names.buckets ?? []).map(({ key }) => key);

/** Without the index: the youngest products whose title begins so. */
async function fromCatalogue(from: Caller, typed: string[]): Promise<Known> {
	const [{ data }, bySlug] = await Promise.all([call(from, listProducts, { limit: 100 }), categories(from)]);
	return {
		titles: data.filter(({ title }) => begins(typed, title)),
		vendors: [...new Set(data.map(({ vendor }) => vendor))].filter((vendor) => begins(typed, vendor)),
		categories: [...bySlug.values()],
	};
}
