import type { Account } from "./account.ts";
import type { Charge } from "./documents.ts";
import { badParam } from "./errors.ts";

type Document = Record<string, unknown>;

/** https://docs.stripe.com/api/expanding_objects: a copy of the result with the ids on the paths replaced by their objects. */
export function expand(account: Account, result: object, paths: string[]): object {
	const copy = { ...result } as Document;
	for (const path of paths) {
		if (path.split(".").length > 4)
			throw badParam("You cannot expand more than 4 levels of a property", "expand", "invalid_expand");
		follow(account, copy, path.split("."), path);
	}
	return copy;
}

function follow(account: Account, holder: Document, [field = "", ...rest]: string[], path: string): void {
	const value =
		field === "refunds" && holder.object === "charge" ? refundsOf(account, holder as Charge) : holder[field];
	if (value === null) return;
	let inner: unknown;
	if (Array.isArray(value)) inner = value.map((item: object) => ({ ...item }));
	else if (typeof value === "object") inner = { ...value };
	else inner = typeof value === "string" ? lookUp(account, field, value) : undefined;
	if (
		inner === undefined ||
		(rest.length === 0 && typeof value === "object" && field !== "refunds" && !("id" in value))
	)
		throw badParam(`This property cannot be expanded (${path}).`, "expand");
	holder[field] = inner;
	if (rest.length > 0)
		for (const item of Array.isArray(inner) ? inner : [inner]) follow(account, item as Document, rest, path);
}

function lookUp(account: Account, field: string, id: string): object | undefined {
	const collections: Record<string, { get(id: string): object | undefined }> = {
		customer: account.customers,
		payment_method: account.paymentMethods,
		payment_intent: account.paymentIntents,
		latest_charge: account.charges,
		charge: account.charges,
	};
	const found = Object.hasOwn(collections, field) ? collections[field]!.get(id) : undefined;
	return found && { ...found };
}

function refundsOf(account: Account, { id }: Charge): object {
	const data = account.refunds.list({ term: `charge:${id}`, newestFirst: true, limit: 11 });
	return { object: "list", data: data.slice(0, 10), has_more: data.length > 10, url: `/v1/charges/${id}/refunds` };
}
