import type { estypes } from "@elastic/elasticsearch";
import { fail } from "../../runtime/errors.ts";
import { decodeCursor, encodeCursor } from "../../runtime/store/page.ts";
import type { Result } from "../../schemas/contract.ts";
import type { ProductListEntry } from "../../schemas/product.ts";
import type { search } from "../../schemas/search.ts";
import { searchIndex } from "./model.ts";
import { facetsOf, type Mode, matchedOf, orderingOf, type Question, SORT_VALUES, searchRequest } from "./queries.ts";

/** With fewer hits than this, misspellings and missing words are forgiven. */
const FEW = 3;

/** Answers from the index. @throws IndexDown; validation_failed for a cursor of another ordering */
export async function answer(question: Question): Promise<Result<typeof search>> {
	const { mode, after } = place(question);
	const { found, used } = await ask(question, mode, after);
	const limit = question.limit ?? 20;
	const hits = found.hits.hits.slice(0, limit);
	const last = found.hits.hits.length > limit ? hits.at(-1) : undefined;
	return {
		data: hits.map(({ _source, _score }) => ({
			product: _source!.product as ProductListEntry,
			score: question.q?.trim() ? (_score ?? 0) : 0,
		})),
		total: (found.hits.total as estypes.SearchTotalHits).value,
		facets: facetsOf(found.aggregations),
		nextCursor: last ? encodeCursor([used, orderingOf(question), ...(last.sort as (string | number)[])]) : null,
		degraded: false,
	};
}

/** A first page loosens its words until there is something to show; later pages stay with what the first one did. */
async function ask(question: Question, mode: Mode | undefined, after: estypes.SortResults | undefined) {
	const used = mode ?? "all";
	const found = await searchIndex(searchRequest(question, used, after));
	if (mode !== undefined || !question.q?.trim() || matchedOf(found) >= FEW) return { found, used };
	const close = await searchIndex(searchRequest(question, "close", undefined));
	if (matchedOf(close) > 0) return { found: close, used: "close" as const };
	return { found: await searchIndex(searchRequest(question, "any", undefined)), used: "any" as const };
}

/** Where a cursor stands. @throws validation_failed for one of another ordering */
function place(question: Question): { mode?: Mode; after?: estypes.SortResults } {
	if (question.cursor === undefined) return {};
	const ordering = orderingOf(question);
	const values = SORT_VALUES[ordering] - 2;
	const types: ("string" | "number")[] = [
		"string",
		"string",
		...Array.from({ length: values + 1 }, () => "number" as const),
		"string",
	];
	const [mode, sort, ...after] = decodeCursor(question.cursor, types);
	if (sort !== ordering || (mode !== "all" && mode !== "close" && mode !== "any"))
		throw fail("validation_failed", { errors: [{ path: "/cursor", message: "belongs to another ordering" }] });
	return { mode, after };
}
