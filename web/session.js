/** What this browser remembers: who is signed in, the open cart, and the tokens of orders placed here. */
const read = (name) => {
	try {
		return JSON.parse(localStorage.getItem(`tradewind.${name}`));
	} catch {
		return null;
	}
};
const write = (name, value) => {
	if (value === null) localStorage.removeItem(`tradewind.${name}`);
	else localStorage.setItem(`tradewind.${name}`, JSON.stringify(value));
	dispatchEvent(new CustomEvent("session"));
};

/** `{ user, accessToken, refreshToken }` or null. */
export const session = () => read("session");
export const keepSession = ({ user, accessToken, refreshToken }) =>
	write("session", { user, accessToken, refreshToken });
export const dropSession = () => write("session", null);

/** `{ id, token, count }` or null; a cart that belongs to an account has no token. */
export const openCart = () => read("cart");
export const keepCart = (cart) => write("cart", cart);
export const dropCart = () => write("cart", null);

const kept = 50;
export const orderToken = (id) => read("orders")?.find((order) => order.id === id)?.token ?? null;
export const keepOrder = (id, token) =>
	write("orders", [{ id, token }, ...(read("orders") ?? []).filter((order) => order.id !== id)].slice(0, kept));

/**
 * The order `{ id, cart }` whose buyer was sent to the bank or to PayPal, as the way back does not name it. Its cart is
 * theirs again when the payment fails.
 */
export const awaited = () => read("awaited");
export const awaitOrder = (id) => {
	const known = awaited();
	write("awaited", id && { id, cart: known?.id === id ? known.cart : openCart() });
};
