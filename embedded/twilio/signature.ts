import { createHmac } from "node:crypto";
import type { Signer } from "../webhooks.ts";

/**
 * Signs a form that is posted: HMAC-SHA1 under the auth token over the URL and all names and values, sorted by name.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export const signature = (token: string, url: string, form: URLSearchParams): string => {
	const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	const data = sorted.reduce((text, [name, value]) => text + name + value, url);
	return createHmac("sha1", token).update(data).digest("base64");
};

export const signer: Signer = (body, { url, secret }) => ({
	"content-type": "application/x-www-form-urlencoded; charset=utf-8",
	"user-agent": "TwilioProxy/1.1",
	"x-twilio-signature": signature(secret, url, new URLSearchParams(body)),
});
