import { dropSession, keepSession, openCart, orderToken, session } from "./session.js";

/** A problem document of the API as an error; its message is for people. */
export class Problem extends Error {
	constructor(status, document, retryAfter) {
		super(words(status, document));
		this.status = status;
		this.code = document.code ?? "";
		this.errors = document.errors ?? [];
		this.document = document;
		this.retryAfter = retryAfter;
	}
}

function words(status, { title, detail, errors, code, available }) {
	if (code === "out_of_stock" && Number.isInteger(available))
		return available > 0 ? `Only ${available} of these are left.` : "This is sold out.";
	if (status === 429) return "That was a lot at once. Please wait a moment and try again.";
	if (errors?.length)
		return errors
			.map(({ path, message }) => `${path.split("/").filter(Boolean).join(" ") || "Request"}: ${message}`)
			.join(". ");
	if (status === 503) return "The shop is busy. Please try again in a moment.";
	return detail || title || "Something went wrong. Please try again.";
}

async function send(method, path, { body, headers = {}, signal } = {}) {
	const sent = { Accept: "application/json", ...headers };
	const token = session()?.accessToken;
	if (token) sent.Authorization = `Bearer ${token}`;
	if (body !== undefined) sent["Content-Type"] = "application/json";
	try {
		const text = body === undefined ? undefined : JSON.stringify(body);
		return { token, response: await fetch(path, { method, headers: sent, body: text, signal }) };
	} catch (error) {
		if (error.name === "AbortError") throw error;
		throw new Problem(0, { title: "The shop cannot be reached. Please check the connection and try again." });
	}
}

/** One request of the API: the parsed answer, or a `Problem`. A token that is over is renewed once. */
export async function api(method, path, options = {}) {
	let { token, response } = await send(method, path, options);
	if (response.status === 401 && token && (await renew(token))) ({ response } = await send(method, path, options));
	if (response.status === 204) return null;
	const json = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
	const answer = json ? await response.json().catch(() => ({})) : {};
	if (!response.ok) throw new Problem(response.status, answer, Number(response.headers.get("Retry-After")) || null);
	return answer;
}

/**
 * A refresh token works once, and one that is used twice ends the whole session: tabs take turns, and the second one
 * finds the pair that the first one got. False when the person has to sign in again; then the request goes on as a guest's.
 */
async function renew(refused) {
	const work = async () => {
		const current = session();
		if (!current) return true;
		if (current.accessToken !== refused) return true;
		const response = await fetch("/v1/auth/refresh", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ refreshToken: current.refreshToken }),
		}).catch(() => null);
		if (!response || response.status === 429 || response.status >= 500) return false;
		if (response.ok) keepSession({ ...current, ...(await response.json()) });
		else dropSession();
		return true;
	};
	return navigator.locks ? navigator.locks.request("tradewind.refresh", work) : work();
}

/** A path with the query parameters that are set. */
export function query(path, params) {
	const set = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== "");
	return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}

/** The header that reaches a guest's cart or order. */
export const cartHeaders = () => (openCart()?.token ? { "Cart-Token": openCart().token } : {});
export const orderHeaders = (id) => (orderToken(id) ? { "Order-Token": orderToken(id) } : {});
export const bearer = () => (session() ? { Authorization: `Bearer ${session().accessToken}` } : {});
