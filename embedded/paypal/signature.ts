import {
	createPrivateKey,
	generateKeyPairSync,
	type KeyObject,
	randomUUID,
	sign,
	verify,
	X509Certificate,
} from "node:crypto";
import { crc32 } from "node:zlib";
import type { State } from "../state.ts";
import type { Signer } from "../webhooks.ts";
import { selfSigned } from "./certificate.ts";
import { timestamp } from "./ids.ts";

export type Signature = ReturnType<typeof signatures>;
export type Transmission = {
	transmission_id: string;
	transmission_time: string;
	transmission_sig: string;
	webhook_id: string;
	webhook_event: unknown;
};

type Key = { key: string; certificate: string };

/**
 * Signs webhooks as PayPal does: SHA256withRSA over `transmissionId|time|webhookId|crc32(body)`, with a key of its own, whose
 * certificate is served. https://developer.paypal.com/api/rest/webhooks/rest/#verify-with-paypal
 */
export function signatures(state: State, origin: () => string) {
	const keys = state.collection<Key>("keys", { secret: true });
	let loaded: { key: KeyObject; certificate: string } | undefined;

	// Made when it is first needed, for it takes a moment.
	const load = () => {
		if (!loaded) {
			const kept = keys.get("webhooks") ?? create();
			loaded = { key: createPrivateKey(kept.key), certificate: kept.certificate };
		}
		return loaded;
	};
	const create = (): Key => {
		const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
		const key = pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
		const made = {
			key,
			certificate: selfSigned(pair.publicKey, pair.privateKey, "messageverificationcerts.paypal.com"),
		};
		keys.put("webhooks", made);
		return made;
	};
	const signed = (id: string, time: string, webhook: string, body: string) =>
		Buffer.from(`${id}|${time}|${webhook}|${crc32(body)}`);

	const headers: Signer = (body, target) => {
		const id = randomUUID();
		const time = timestamp();
		return {
			"paypal-auth-algo": "SHA256withRSA",
			"paypal-auth-version": "v2",
			"paypal-cert-url": `${origin()}/v1/notifications/certs/CERT-embedded`,
			"paypal-transmission-id": id,
			"paypal-transmission-sig": sign("sha256", signed(id, time, target.id, body), load().key).toString("base64"),
			"paypal-transmission-time": time,
		};
	};

	return {
		headers,
		certificate: () => load().certificate,
		/** What `POST /v1/notifications/verify-webhook-signature` answers with. */
		isGenuine({
			transmission_id,
			transmission_time,
			transmission_sig,
			webhook_id,
			webhook_event,
		}: Transmission): boolean {
			const { publicKey } = new X509Certificate(load().certificate);
			const bytes = signed(transmission_id, transmission_time, webhook_id, JSON.stringify(webhook_event));
			return verify("sha256", bytes, publicKey, Buffer.from(transmission_sig, "base64"));
		},
	};
}
