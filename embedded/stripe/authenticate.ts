import { Refusal, unauthorized } from "./errors.ts";

const HOW =
	"You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.";

/** Any well-formed secret or restricted test key is good; live keys have no business here. */
export function authenticate(authorization: string | undefined): void {
	if (!authorization) throw unauthorized(HOW);
	const key = authorization.startsWith("Basic ")
		? Buffer.from(authorization.slice(6), "base64").toString().split(":")[0]!
		: authorization.replace(/^Bearer /, "");
	if (/^(sk|rk)_test_\w+$/.test(key)) return;
	if (key === "") throw unauthorized(HOW);
	if (/^pk_test_\w+$/.test(key)) {
		const message =
			"This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.";
		throw new Refusal(403, { type: "invalid_request_error", code: "secret_key_required", message }, false);
	}
	throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}`);
}
