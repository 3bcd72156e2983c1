import type { WebhookEndpoint } from "./documents.ts";
import { endpoint } from "./endpoint.ts";
import { badParam, missing } from "./errors.ts";
import { letters, newId, unixTime } from "./ids.ts";
import { LIST, listOf } from "./lists.ts";
import { type Check, clearable, listOf as list, mergeMetadata, metadata, required, text } from "./params.ts";

const MOST_ENDPOINTS = 16;

const url: Check<string> = (value, name) => {
	if (!URL.canParse(text(value, name)) || !/^https?:/.test(value as string))
		throw badParam("Invalid URL: An explicit scheme (such as https) must be provided.", name, "url_invalid");
	return value as string;
};

export const eventEndpoints = [
	endpoint(
		"GET",
		"/v1/events",
		{ ...LIST, type: text, types: list(text) },
		(account, { type, types, ...page }) => {
			const wanted = (types ?? (type ? [type] : [])).map(
				(name) => new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`),
			);
			return listOf(account.events, "/v1/events", page, {
				matches: (event) => wanted.length === 0 || wanted.some((pattern) => pattern.test(event.type)),
			});
		},
		"delivery_success",
	),
	endpoint("GET", "/v1/events/:id", {}, (account, _input, id) => {
		const event = account.events.get(id);
		if (!event) throw missing("event", id);
		return event;
	}),
	endpoint(
		"POST",
		"/v1/webhook_endpoints",
		{ enabled_events: required(list(text)), url: required(url), description: clearable(text), metadata },
		(account, { enabled_events, url: target, description, metadata: entries }) => {
			if (account.webhookEndpoints.count() >= MOST_ENDPOINTS)
				throw badParam(`You have reached the maximum of ${MOST_ENDPOINTS} test webhook endpoints.`, "url");
			const made: WebhookEndpoint = {
				id: newId("we"),
				object: "webhook_endpoint",
				api_version: null,
				application: null,
				created: unixTime(),
				description: description ?? null,
				enabled_events,
				livemode: false,
				metadata: mergeMetadata({}, entries),
				status: "enabled",
				url: target,
			};
			const secret = `whsec_${letters(32)}`;
			account.webhookEndpoints.put(made.id, made);
			account.webhooks.register({ id: made.id, url: target, secret, events: enabled_events });
			// Shown this once.
			return { ...made, secret };
		},
		"api_version connect",
	),
	endpoint("GET", "/v1/webhook_endpoints", LIST, (account, page) =>
		listOf(account.webhookEndpoints, "/v1/webhook_endpoints", page),
	),
	endpoint("GET", "/v1/webhook_endpoints/:id", {}, (account, _input, id) => {
		const found = account.webhookEndpoints.get(id);
		if (!found) throw missing("webhook endpoint", id);
		return found;
	}),
	endpoint("DELETE", "/v1/webhook_endpoints/:id", {}, (account, _input, id) => {
		if (!account.webhookEndpoints.get(id)) throw missing("webhook endpoint", id);
		account.webhookEndpoints.delete(id);
		account.webhooks.unregister(id);
		return { id, object: "webhook_endpoint", deleted: true };
	}),
];
