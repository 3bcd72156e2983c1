/* Keeps the storefront's own files and its pictures for when the network is away. Answers of the API are never kept. */
const SHELL = "shell";
const PICTURES = "pictures";
const MOST_PICTURES = 200;
const FILES = [
	"/",
	"/api.js",
	"/app.js",
	"/cart.js",
	"/catalogue.js",
	"/checkout-attempt.js",
	"/dom.js",
	"/follow.js",
	"/icons/icon-192.png",
	"/icons/icon-512.png",
	"/icons/icon.svg",
	"/manifest.webmanifest",
	"/money.js",
	"/sanitize.js",
	"/session.js",
	"/style.css",
	"/suggest.js",
	"/views/account.js",
	"/views/address.js",
	"/views/cart.js",
	"/views/checkout.js",
	"/views/home.js",
	"/views/mail-links.js",
	"/views/order.js",
	"/views/parts.js",
	"/views/payments.js",
	"/views/product.js",
	"/views/reviews.js",
	"/views/search.js",
	"/views/sign-in.js",
	"/views/tracking.js",
];

/** The file of the shop, and the kept one only when the shop cannot be reached. */
async function file(request, path) {
	const kept = await caches.open(SHELL);
	try {
		const answer = await fetch(request);
		if (answer.ok) await kept.put(path, answer.clone());
		return answer;
	} catch {
		return (await kept.match(path)) ?? Response.error();
	}
}

/** Pictures do not change under their name: the kept one is good. The oldest make room. */
async function picture(request) {
	const kept = await caches.open(PICTURES);
	const found = await kept.match(request);
	if (found) return found;
	const answer = await fetch(request);
	if (answer.ok) {
		await kept.put(request, answer.clone());
		const all = await kept.keys();
		await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PICTURES)).map((old) => kept.delete(old)));
	}
	return answer;
}

addEventListener("install", (event) => {
	event.waitUntil(
		caches
			.open(SHELL)
			.then((kept) => kept.addAll(FILES))
			.then(() => skipWaiting()),
	);
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== "GET" || origin !== location.origin) return;
	if (FILES.includes(pathname)) event.respondWith(file(request, pathname));
	else if (pathname.startsWith("/images/")) event.respondWith(picture(request));
});
