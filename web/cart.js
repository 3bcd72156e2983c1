import { api, cartHeaders } from "./api.js";
import { dropCart, keepCart, openCart, session } from "./session.js";

const count = (cart) => cart.items.reduce((sum, item) => sum + item.quantity, 0);

/** Remembers the cart an answer holds; its token stays valid for the same cart only. */
function remember(cart, token = openCart()?.id === cart.id ? openCart().token : null) {
	keepCart({ id: cart.id, token, count: count(cart) });
	return cart;
}

/** Codes and states after which the cart is of no more use to this browser. */
const over = (error) => error.status === 404 || error.code === "cart_not_open";

async function ask(method, path, body) {
	try {
		return remember(await api(method, `/v1/carts/${openCart().id}${path}`, { body, headers: cartHeaders() }));
	} catch (error) {
		if (path === "" && over(error)) dropCart();
		throw error;
	}
}

async function make() {
	const { cart, cartToken } = await api("POST", "/v1/carts", { body: {} });
	return remember(cart, cartToken);
}

/** The open cart at today's prices, or null when there is none. */
export async function load() {
	if (!openCart()) return null;
	try {
		return await ask("GET", "");
	} catch (error) {
		if (over(error)) return null;
		throw error;
	}
}

/** Puts a variant into the cart; opens one when there is none, or when the last one was ordered meanwhile. */
export async function add(variantId, quantity) {
	if (!openCart()) await make();
	try {
		return await ask("POST", "/items", { variantId, quantity });
	} catch (error) {
		const gone = error.code === "cart_not_open" || (error.status === 404 && error.code === "not_found");
		if (!gone) throw error;
		await make();
		return ask("POST", "/items", { variantId, quantity });
	}
}

export const setQuantity = (itemId, quantity) => ask("PATCH", `/items/${itemId}`, { quantity });
export const remove = (itemId) => ask("DELETE", `/items/${itemId}`);
export const promote = (code) => ask("POST", "/promotions", { code });
export const unpromote = (code) => ask("DELETE", `/promotions/${encodeURIComponent(code)}`);
export const setAddress = (address) => ask("PUT", "/shipping-address", address);
export const setRate = (rateId) => ask("PUT", "/shipping-rate", { rateId });
export const rates = async () =>
	(await api("GET", `/v1/carts/${openCart().id}/shipping-rates`, { headers: cartHeaders() })).data;

/** After signing in: the guest's cart becomes the person's, together with what they had left in another. */
export async function claim() {
	if (!session() || !openCart()?.token) return;
	await ask("POST", "/claim").catch((error) => {
		if (over(error)) dropCart();
	});
}
