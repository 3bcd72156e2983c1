import type { Params } from "../form.ts";
import { parseBody } from "../form.ts";
import type { Route } from "../http.ts";
import type { Outgoing } from "../webhooks.ts";
import { invalid, required } from "./errors.ts";
import { newId, now } from "./ids.ts";
import { page } from "./pages.ts";
import { isObject, text } from "./params.ts";
import { found, type Store, type Webhook } from "./store.ts";

function customHeaders(fields: Params): Webhook["custom_headers"] {
	const given = fields.custom_headers ?? [];
	if (!Array.isArray(given) || !given.every(isObject))
		throw invalid("custom_headers", "must be a list of name and value");
	return given.map((header) => {
		const [name, value] = [text(header, "name"), text(header, "value")];
		if (!name || !/^[\w-]+$/.test(name) || value === null || /[\r\n]/.test(value)) {
			throw invalid("custom_headers", "must be a list of name and value");
		}
		return { name, value };
	});
}

export const webhookRoutes = (store: Store, webhooks: Outgoing): Route[] => [
	[
		"POST",
		"/v2/webhooks",
		(request) => {
			const body = parseBody(request);
			const fields = isObject(body.webhook) ? body.webhook : body;
			const url = text(fields, "url");
			if (!url) throw required("url");
			if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalid("url", "is not a URL");
			const webhook: Webhook = {
				id: newId("hook"),
				object: "Webhook",
				mode: "test",
				url,
				created_at: now(),
				disabled_at: null,
				custom_headers: customHeaders(fields),
			};
			store.webhooks.put(webhook.id, webhook);
			webhooks.register({ id: webhook.id, url, secret: text(fields, "webhook_secret") ?? "" });
			return { status: 201, body: webhook };
		},
	],
	["GET", "/v2/webhooks", () => ({ status: 200, body: { webhooks: store.webhooks.list() } })],
	["GET", "/v2/webhooks/:id", ({ params }) => ({ status: 200, body: found(store.webhooks, params.id!) })],
	[
		"PATCH",
		"/v2/webhooks/:id",
		(request) => {
			const body = parseBody(request);
			const fields = isObject(body.webhook) ? body.webhook : body;
			const old = found(store.webhooks, request.params.id!);
			const webhook = { ...old, disabled_at: null };
			if (fields.custom_headers !== undefined) webhook.custom_headers = customHeaders(fields);
			store.webhooks.put(webhook.id, webhook);
			const known = webhooks.targets().find(({ id }) => id === webhook.id);
			const secret = text(fields, "webhook_secret") ?? known?.secret ?? "";
			webhooks.register({ id: webhook.id, url: webhook.url, secret });
			return { status: 200, body: webhook };
		},
	],
	[
		"DELETE",
		"/v2/webhooks/:id",
		({ params }) => {
			const webhook = found(store.webhooks, params.id!);
			store.webhooks.delete(webhook.id);
			webhooks.unregister(webhook.id);
			return { status: 200, body: {} };
		},
	],
	[
		"GET",
		"/v2/events",
		({ query }) => {
			const { items, more } = page(store.events, query);
			return { status: 200, body: { events: items, has_more: more } };
		},
	],
	["GET", "/v2/events/:id", ({ params }) => ({ status: 200, body: found(store.events, params.id!) })],
];
