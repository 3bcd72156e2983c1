import type { PaymentIntent } from "../documents.ts";
import { endpoint } from "../endpoint.ts";
import { badParam } from "../errors.ts";
import { integer, required, text } from "../params.ts";

type Clause = { field: string; operator: string; value: string | null; negated: boolean };

const CLAUSE =
	/^\s*(-?)(metadata\[(?:"([^"]*)"|'([^']*)')\]|amount|created|currency|customer|status)\s*(:|>=|<=|>|<|~)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+)|(null))\s*/;
const BATCH = 200;

/** https://docs.stripe.com/search#search-query-language, for the fields of payment intents; unlike Stripe's it is never behind. */
export const searchIntents = endpoint(
	"GET",
	"/v1/payment_intents/search",
	{ query: required(text), limit: integer(1), page: text },
	(account, { query, limit = 10, page }) => {
		const { clauses, any } = parse(query);
		const exact = any ? undefined : clauses.find((clause) => termOf(clause) !== undefined);
		const data: PaymentIntent[] = [];
		let after = page;
		while (data.length <= limit) {
			const term = exact && termOf(exact);
			const batch = account.paymentIntents.list({ term, limit: BATCH, after, newestFirst: true });
			for (const intent of batch)
				if (clauses[any ? "some" : "every"]((clause) => holds(clause, intent))) data.push(intent);
			if (batch.length < BATCH) break;
			after = batch.at(-1)!.id;
		}
		const has_more = data.length > limit;
		const shown = data.slice(0, limit);
		return {
			object: "search_result",
			url: "/v1/payment_intents/search",
			has_more,
			next_page: has_more ? shown.at(-1)!.id : null,
			data: shown,
		};
	},
);

function parse(query: string): { clauses: Clause[]; any: boolean } {
	const clauses: Clause[] = [];
	const joins = new Set<string>();
	let rest = query;
	while (rest !== "") {
		const found = CLAUSE.exec(rest);
		if (!found)
			throw badParam(
				`We were unable to parse your search query at "${rest}". It takes amount, created, currency, customer, metadata['key'] and status.`,
				"query",
			);
		const [all, minus, name = "", double, single, operator = ":", doubleValue, singleValue, number, nothing] = found;
		const field = name.startsWith("metadata") ? `metadata:${double ?? single}` : name;
		const quoted = (doubleValue ?? singleValue)?.replace(/\\(.)/g, "$1");
		clauses.push({ field, operator, value: nothing ? null : (quoted ?? number ?? ""), negated: minus === "-" });
		rest = rest.slice(all.length);
		const join = /^(AND|OR)?\s*/i.exec(rest)!;
		if (rest !== "") joins.add((join[1] ?? "AND").toUpperCase());
		rest = rest.slice(join[0].length);
	}
	if (joins.size > 1) throw badParam("You can't combine AND and OR in the same search query.", "query");
	return { clauses, any: joins.has("OR") };
}

function termOf({ field, operator, value, negated }: Clause): string | undefined {
	if (negated || operator !== ":" || value === null) return undefined;
	if (field === "customer") return `customer:${value}`;
	return field.startsWith("metadata:") ? `${field}=${value}` : undefined;
}

function holds({ field, operator, value, negated }: Clause, intent: PaymentIntent): boolean {
	const actual = field.startsWith("metadata:") ? intent.metadata[field.slice(9)] : intent[field];
	return compare(actual, operator, value) !== negated;
}

function compare(actual: unknown, operator: string, value: string | null): boolean {
	if (value === null) return actual === null || actual === undefined;
	if (actual === null || actual === undefined) return false;
	switch (operator) {
		case ":":
			return String(actual).toLowerCase() === value.toLowerCase();
		case "~":
			return String(actual).toLowerCase().includes(value.toLowerCase());
		case ">":
			return Number(actual) > Number(value);
		case ">=":
			return Number(actual) >= Number(value);
		case "<":
			return Number(actual) < Number(value);
		default:
			return Number(actual) <= Number(value);
	}
}
