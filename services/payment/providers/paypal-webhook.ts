import { verify, X509Certificate } from "node:crypto";
import { crc32 } from "node:zlib";
import { LRUCache } from "lru-cache";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import type { PaymentStatus } from "../../../schemas/payment.ts";
import type { Hint, RawWebhook } from "./provider.ts";

const HOSTS = new Set(["api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"]);
const TOLERANCE = 300_000;
const LONGEST_CERTIFICATE = 32_768;

/** The events that payments care about, and the status that each leads to; null when only a look can tell. */
const EVENTS: Record<string, PaymentStatus | null> = {
	"CHECKOUT.ORDER.APPROVED": "authorized",
	"PAYMENT.AUTHORIZATION.CREATED": "authorized",
	"PAYMENT.AUTHORIZATION.VOIDED": "voided",
	"PAYMENT.CAPTURE.COMPLETED": "captured",
	"PAYMENT.CAPTURE.PENDING": null,
	"PAYMENT.CAPTURE.DENIED": null,
	"PAYMENT.CAPTURE.DECLINED": null,
	"PAYMENT.CAPTURE.REFUNDED": null,
	"PAYMENT.REFUND.PENDING": null,
	"PAYMENT.REFUND.FAILED": null,
};

/** What to subscribe a webhook to. */
export const PAYPAL_EVENTS = Object.keys(EVENTS);

/**
 * Verifies webhooks by PayPal's certificate: https://developer.paypal.com/api/rest/webhooks/rest/#verify-webhook-signature.
 * A certificate is fetched from PayPal's own hosts (by TLS) or from `origin`, and from nowhere else.
 */
export function paypalWebhooks(origin: URL): (webhook: RawWebhook) => Promise<Hint | null> {
	const certificates = new LRUCache<string, Promise<X509Certificate>>({ max: 8, ttl: 3_600_000 });

	function certificate(address: string): Promise<X509Certificate> {
		const url = URL.parse(address);
		const allowed = url && (url.origin === origin.origin || (url.protocol === "https:" && HOSTS.has(url.host)));
		if (!allowed) throw fail("invalid_signature");
		let found = certificates.get(url.href);
		if (!found) {
			found = fetched(url);
			certificates.set(url.href, found);
			found.catch(() => certificates.delete(url.href));
		}
		return found;
	}

	return async ({ body, headers }) => {
		const { "paypal-transmission-id": id, "paypal-transmission-time": time } = headers;
		const { "paypal-transmission-sig": signature, "paypal-cert-url": address, "paypal-auth-algo": algorithm } = headers;
		const webhookId = setting("PAYPAL_WEBHOOK_ID");
		if (!webhookId || !id || !time || !signature || !address || algorithm !== "SHA256withRSA")
			throw fail("invalid_signature");
		if (!(Math.abs(Date.now() - Date.parse(time)) <= TOLERANCE)) throw fail("invalid_signature");
		const { publicKey, validTo } = await certificate(address);
		const signed = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`);
		const genuine = verify("sha256", signed, publicKey, Buffer.from(signature, "base64"));
		if (!genuine || Date.parse(validTo) < Date.now()) throw fail("invalid_signature");
		return hintOf(JSON.parse(body));
	};
}

/** @throws provider_failed when it cannot be had: PayPal sends the webhook again */
async function fetched(url: URL): Promise<X509Certificate> {
	try {
		const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(3_000) });
		const text = await answer.text();
		if (!answer.ok || text.length > LONGEST_CERTIFICATE) throw new Error(`status ${answer.status}`);
		return new X509Certificate(text);
	} catch (error) {
		throw fail("provider_failed", {}, `PayPal's certificate cannot be read: ${(error as Error).message}`);
	}
}

interface PaypalEvent {
	id: string;
	event_type: string;
	resource_type: string;
	resource: {
		id: string;
		custom_id?: string;
		purchase_units?: { custom_id?: string }[];
		supplementary_data?: { related_ids?: { order_id?: string } };
	};
}

function hintOf({ id, event_type: type, resource_type, resource }: PaypalEvent): Hint | null {
	const implies = EVENTS[type];
	if (implies === undefined) return null;
	const mark = resource.custom_id ?? resource.purchase_units?.[0]?.custom_id;
	const order = resource_type === "checkout-order" ? resource.id : resource.supplementary_data?.related_ids?.order_id;
	return { eventId: id, type, paymentId: mark?.split("/")[0] ?? null, providerId: order ?? null, implies };
}
