import type { Account } from "./account.ts";
import type { Endpoint } from "./endpoint.ts";
import { malformed, Refusal } from "./errors.ts";
import { newId } from "./ids.ts";
import type { Transmission } from "./signature.ts";

type Webhook = { id: string; url: string; event_types: { name: string }[] };

const webhooks = (account: Account) => account.state.collection<Webhook>("webhooks");

function shown({ origin }: Account, hook: Webhook): object {
	const self = `${origin}/v1/notifications/webhooks/${hook.id}`;
	const links = [
		{ href: self, rel: "self", method: "GET" },
		{ href: self, rel: "delete", method: "DELETE" },
	];
	return { ...hook, links };
}

function webhookOf(account: Account, id: string): Webhook {
	const hook = webhooks(account).get(id);
	if (!hook) throw new Refusal(404, "INVALID_RESOURCE_ID");
	return hook;
}

const REQUIRED = [
	"auth_algo",
	"cert_url",
	"transmission_id",
	"transmission_sig",
	"transmission_time",
	"webhook_id",
	"webhook_event",
];

/** https://developer.paypal.com/docs/api/webhooks/v1/ */
export const notificationEndpoints: Endpoint[] = [
	{
		method: "POST",
		path: "/v1/notifications/webhooks",
		run(account, { body: { url, event_types } }) {
			if (typeof url !== "string" || !URL.canParse(url)) throw malformed("INVALID_PARAMETER_SYNTAX", "/url");
			if (!Array.isArray(event_types) || event_types.length === 0)
				throw malformed("MISSING_REQUIRED_PARAMETER", "/event_types");
			const names = event_types.map((type) => ({ name: String(type?.name) }));
			const hook: Webhook = { id: newId(), url, event_types: names };
			webhooks(account).put(hook.id, hook);
			account.webhooks.register({ id: hook.id, url, secret: "", events: names.map(({ name }) => name) });
			return { status: 201, body: shown(account, hook) };
		},
	},
	{
		method: "GET",
		path: "/v1/notifications/webhooks",
		run: (account) => ({
			status: 200,
			body: {
				webhooks: webhooks(account)
					.list()
					.map((hook) => shown(account, hook)),
			},
		}),
	},
	{
		method: "GET",
		path: "/v1/notifications/webhooks/:id",
		run: (account, { id }) => ({ status: 200, body: shown(account, webhookOf(account, id)) }),
	},
	{
		method: "DELETE",
		path: "/v1/notifications/webhooks/:id",
		run(account, { id }) {
			webhooks(account).delete(webhookOf(account, id).id);
			account.webhooks.unregister(id);
			return { status: 204 };
		},
	},
	{
		method: "POST",
		path: "/v1/notifications/verify-webhook-signature",
		run(account, { body }) {
			for (const name of REQUIRED)
				if (body[name] === undefined) throw malformed("MISSING_REQUIRED_PARAMETER", `/${name}`);
			const known = account.webhooks.targets().some(({ id }) => id === body.webhook_id);
			const genuine = known && account.signature.isGenuine(body as Transmission);
			return { status: 200, body: { verification_status: genuine ? "SUCCESS" : "FAILURE" } };
		},
	},
	{
		method: "GET",
		path: "/v1/notifications/webhooks-events/:id",
		run(account, { id }) {
			const event = account.state.collection<{ id: string }>("events").get(id);
			if (!event) throw new Refusal(404, "INVALID_RESOURCE_ID");
			return { status: 200, body: event };
		},
	},
];
