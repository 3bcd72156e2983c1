import { Problem } from "./api.js";
import { categories } from "./catalogue.js";
import { attempt } from "./checkout-attempt.js";
import { h, put } from "./dom.js";
import { awaited, openCart, session } from "./session.js";
import { suggestions } from "./suggest.js";
import { account } from "./views/account.js";
import { cart } from "./views/cart.js";
import { checkout } from "./views/checkout.js";
import { category, home } from "./views/home.js";
import { forgotPassword, resetPassword, verifyEmail } from "./views/mail-links.js";
import { order } from "./views/order.js";
import { product } from "./views/product.js";
import { search } from "./views/search.js";
import { tracking } from "./views/tracking.js";

/** A view is `(params, query, signal) => { title, content }`; the signal ends when another view takes its place. */
const routes = [
	["/", home],
	["/category/:id", category],
	["/search", search],
	["/products/:id", product],
	["/cart", cart],
	["/checkout", checkout],
	["/orders/:id", order],
	["/tracking/:id", tracking],
	["/account", account],
	["/forgot-password", forgotPassword],
	["/reset-password", resetPassword],
	["/verify-email", verifyEmail],
];

const at = (id) => document.getElementById(id);
let current = new AbortController();

function route() {
	const [path, wanted = ""] = (location.hash.slice(1) || "/").split("?");
	const parts = path
		.split("/")
		.filter(Boolean)
		.map((part) => {
			try {
				return decodeURIComponent(part);
			} catch {
				return part;
			}
		});
	for (const [pattern, view] of routes) {
		const names = pattern.split("/").filter(Boolean);
		if (names.length !== parts.length || names.some((name, n) => !name.startsWith(":") && name !== parts[n])) continue;
		return { view, params: { id: parts[1] }, wanted: new URLSearchParams(wanted) };
	}
	return { view: missing, params: {}, wanted: new URLSearchParams() };
}

const missing = () => ({
	title: "Not found",
	content: [h("h1", {}, "There is no such page"), h("p", {}, h("a", { href: "#/" }, "Back to the shop"))],
});

async function show() {
	current.abort();
	current = new AbortController();
	const { signal } = current;
	const place = at("view");
	const { view, params, wanted } = route();
	place.setAttribute("aria-busy", "true");
	let shown;
	try {
		shown = await view(params, wanted, signal);
	} catch (error) {
		if (error.name === "AbortError" || signal.aborted) return;
		if (!(error instanceof Problem)) console.error(error);
		shown =
			error.status === 404
				? missing()
				: {
						title: "Tradewind",
						content: [
							h("h1", {}, "That did not work"),
							h("p", { class: "problem", role: "alert" }, error.message),
							h("button", { class: "main", type: "button", onclick: show }, "Try again"),
						],
					};
	}
	if (signal.aborted) return;
	put(place, shown.content);
	place.removeAttribute("aria-busy");
	document.title = shown.title === "Tradewind" ? "Tradewind" : `${shown.title} · Tradewind`;
	scrollTo(0, 0);
	if (started) place.focus({ preventScroll: true });
	started = true;
	mark(wanted);
	menu();
}

let started = false;

/** The categories in the header; asked for again with the next view when they could not be had. */
async function menu() {
	if (at("categories").children.length) return;
	const all = await categories().catch(() => []);
	const tops = all.filter(({ parentId }) => !parentId);
	put(
		at("categories"),
		tops.map(({ slug, title }) => h("li", {}, h("a", { href: `#/category/${encodeURIComponent(slug)}` }, title))),
	);
	mark(route().wanted);
}

/** Brings the header in line with the view: the words that are searched for, and the category. */
function mark(wanted) {
	if (document.activeElement !== at("q"))
		at("q").value = location.hash.startsWith("#/search") ? (wanted.get("q") ?? "") : "";
	for (const link of document.querySelectorAll(".categories a, .mine a")) {
		if (location.hash === link.hash) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
	}
}

function header() {
	const count = openCart()?.count ?? 0;
	at("account").textContent = session() ? "Account" : "Sign in";
	at("cart-count").hidden = !count;
	put(at("cart-count"), String(count), h("span", { class: "hidden" }, count === 1 ? " piece" : " pieces"));
}

/** A reload amid an order finishes it; whoever comes back from the bank or PayPal goes on with theirs. */
function takeUp() {
	const back = new URLSearchParams(location.search).has("return");
	if (back) history.replaceState(null, "", awaited() ? `/#/orders/${awaited().id}?resume=1` : "/#/account");
	else if (openCart() && attempt(openCart().id)) location.hash = "/checkout";
}

addEventListener("hashchange", show);
addEventListener("session", header);
addEventListener("storage", header);
document.querySelector(".skip").addEventListener("click", (event) => {
	event.preventDefault();
	at("view").focus();
});
suggestions(at("search"), at("q"), at("suggestions"));
header();
takeUp();
show();
menu();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
