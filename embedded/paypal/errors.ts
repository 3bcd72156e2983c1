import { randomBytes } from "node:crypto";
import { failureOf, ISSUES, type Issue } from "./issues.ts";

export type Link = { href: string; rel: string; method: string };
export type ErrorBody = {
	name: string;
	message: string;
	debug_id: string;
	details?: { issue: string; description: string; field?: string; value?: string; location?: string }[];
	links: Link[];
};

/** An answer that is no success, in PayPal's shape: `{ name, message, debug_id, details, links }`. */
export class Refusal extends Error {
	readonly status: number;
	readonly body: ErrorBody;

	constructor(
		status: number,
		issue: Issue | null,
		more: { field?: string; description?: string; links?: Link[] } = {},
	) {
		const { name, message } = failureOf(status);
		const description = more.description ?? (issue ? ISSUES[issue] : message);
		super(description);
		this.status = status;
		this.body = {
			name,
			message,
			debug_id: randomBytes(7).toString("hex").slice(1),
			...(issue
				? { details: [{ issue, description, ...(more.field ? { field: more.field, location: "body" } : {}) }] }
				: {}),
			links: more.links ?? [
				{
					href: `https://developer.paypal.com/api/rest/reference/orders/v2/errors/${issue ? `#${issue}` : ""}`,
					rel: "information_link",
					method: "GET",
				},
			],
		};
	}
}

/** 400: the request violates the schema. */
export const malformed = (issue: Issue, field: string, description?: string) =>
	new Refusal(400, issue, { field, ...(description ? { description } : {}) });
/** 422: a rule of the business, or the state of the resource, stands against it. */
export const refused = (issue: Issue, field?: string) => new Refusal(422, issue, field ? { field } : {});
/** 404 with the issue that names the id. */
export const unknownResource = () => new Refusal(404, "INVALID_RESOURCE_ID");
/** 422 that names what the stand-in leaves out. */
export const unsupported = (field: string) =>
	new Refusal(422, "NOT_SUPPORTED", { field, description: `The embedded PayPal does not support ${field}.` });
