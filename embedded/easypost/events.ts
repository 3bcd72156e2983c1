import { createHmac } from "node:crypto";
import type { Outgoing, Signer } from "../webhooks.ts";
import { newId } from "./ids.ts";
import type { Store } from "./store.ts";

/** EasyPost's Event object as it is read back: without its result, which only the webhook carries. */
export interface EventRecord {
	description: string;
	mode: "test";
	previous_attributes: object;
	created_at: string;
	pending_urls: string[];
	completed_urls: string[];
	updated_at: string;
	id: string;
	user_id: string;
	status: "pending" | "completed";
	object: "Event";
}

export type Emit = (description: string, result: object, previous?: object) => void;

/**
 * Stores an event and hands it to the webhooks. The bodies write weights as EasyPost's serializer does (`17.0`, not `17`), because
 * `validateWebhook` of the SDK signs that form: https://github.com/EasyPost/easypost-node/issues/467
 */
export function emitter(store: Store, webhooks: Outgoing): Emit {
	return (description, result, previous = {}) => {
		const at = new Date().toISOString();
		const event: EventRecord = {
			description,
			mode: "test",
			previous_attributes: previous,
			created_at: at,
			pending_urls: webhooks.targets().map(({ url }) => url),
			completed_urls: [],
			updated_at: at,
			id: newId("evt"),
			user_id: "user_00000000000000000000000000000001",
			status: "pending",
			object: "Event",
		};
		store.events.put(event.id, event);
		const body = JSON.stringify({ ...event, result }).replace(/("weight":)(\d+)([,}])/g, "$1$2.0$3");
		webhooks.send(description, body);
	};
}

/** The signature header (HMAC-SHA256 under the secret in normal form KD) and the webhook's own headers. */
export const signer =
	(store: Store): Signer =>
	(body, { id, secret }) => {
		const own = store.webhooks.get(id)?.custom_headers ?? [];
		const headers = Object.fromEntries(own.map(({ name, value }) => [name, value]));
		if (secret === "") return headers;
		const digest = createHmac("sha256", secret.normalize("NFKD")).update(body).digest("hex");
		return { ...headers, "x-hmac-signature": `hmac-sha256-hex=${digest}` };
	};
