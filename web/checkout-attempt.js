import { api, cartHeaders } from "./api.js";

/**
 * The attempt to order a cart: its Idempotency-Key and its body are kept until the answer is final, so that a reload or a
 * lost connection asks for the same order again and never for a second one.
 */
const name = (cartId) => `tradewind.attempt.${cartId}`;
export const attempt = (cartId) => JSON.parse(sessionStorage.getItem(name(cartId)));
const forget = (cartId) => sessionStorage.removeItem(name(cartId));

/** Nothing is known of the order after these: no answer, a fault of the server, the same key still at work, a refusal to look. */
const open = (error) =>
	error.status === 0 ||
	error.status === 401 ||
	error.status === 429 ||
	error.status >= 500 ||
	error.code === "idempotency_in_flight";

const pauses = [1, 2, 4, 8];
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Places the order `{ cartId, email, payment }`: `{ order, orderToken }`. An attempt that is open is taken up as it was. */
export async function place(body, onWait = () => {}) {
	const { cartId } = body;
	const current = attempt(cartId) ?? { key: makeKey(), body };
	sessionStorage.setItem(name(cartId), JSON.stringify(current));
	for (let n = 0; ; n++) {
		try {
			const headers = { ...cartHeaders(), "Idempotency-Key": current.key };
			const answer = await api("POST", "/v1/orders", { body: current.body, headers });
			forget(cartId);
			return answer;
		} catch (error) {
			if (!open(error)) {
				forget(cartId);
				throw error;
			}
			if (error.status === 401 || n === pauses.length) throw error;
			onWait();
			await wait(Math.min(error.retryAfter ?? pauses[n], 30));
		}
	}
}

const makeKey = () =>
	[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
