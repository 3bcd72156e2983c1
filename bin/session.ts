/** What commands that speak REST have in common: signing in as the administrator, and an answer or a sentence. */

/** @throws when neither a password is set nor a token will do; the message says what to set */
export async function signIn(shop: string): Promise<string> {
	const { ADMIN_EMAIL = "admin@tradewind.test", ADMIN_PASSWORD } = process.env;
	if (!ADMIN_PASSWORD) throw new Error("Set ADMIN_PASSWORD to the administrator's password, or give --token");
	const answer = await ask<{ accessToken?: string }>(`${shop}/v1/auth/login`, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ email: ADMIN_EMAIL, password: ADMIN_PASSWORD }),
	});
	if (!answer.accessToken) throw new Error(`${ADMIN_EMAIL} signs in with a second factor: give an API key as --token`);
	return answer.accessToken;
}

/** The body of a success. @throws with a sentence; the error carries the `status` and, in seconds, `retryAfter` */
export async function ask<T>(url: string, request: RequestInit): Promise<T> {
	let response: Response;
	try {
		response = await fetch(url, request);
	} catch (error) {
		const { cause } = error as { cause?: Error };
		throw new Error(`${new URL(url).origin} does not answer: ${cause?.message ?? (error as Error).message}`);
	}
	const body = (await response.json().catch(() => ({}))) as T & { title?: string; detail?: string };
	if (response.ok) return body;
	const message = body.detail ?? body.title ?? response.statusText;
	const retryAfter = Number(response.headers.get("retry-after") ?? 0);
	throw Object.assign(new Error(`The shop answered ${response.status}: ${message}`), {
		status: response.status,
		retryAfter,
	});
}
