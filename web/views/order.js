import { api, orderHeaders } from "../api.js";
import { h, put, say } from "../dom.js";
import { follow } from "../follow.js";
import { format } from "../money.js";
import { awaited, awaitOrder, keepCart, keepOrder, openCart } from "../session.js";
import { notice, serviceName, spoken, totals, when } from "./parts.js";

const over = ["delivered", "cancelled", "payment_failed", "returned", "refunded"];
const cancellable = ["pending", "requires_action", "confirmed"];
const paid = { authorized: "reserved", captured: "paid", voided: "not charged", requires_action: "not approved yet" };
const told = {
	pending: "We are working on your order.",
	requires_action: "Your approval of the payment is needed.",
	confirmed: "Thank you. Your order is confirmed.",
	partially_shipped: "A part of your order is on its way.",
	shipped: "Your order is on its way.",
	delivered: "Your order was delivered.",
	cancelled: "The order was cancelled.",
	payment_failed: "The payment failed. Nothing was charged.",
	returned: "The order was returned.",
	partially_refunded: "A part of the money was sent back.",
	refunded: "The money was sent back.",
};

/** One order with its live timeline; with `resume` it goes on after 3-D Secure or PayPal first. */
export async function order({ id }, wanted, signal) {
	const call = (method, path = "", body = undefined) =>
		api(method, `/v1/orders/${encodeURIComponent(id)}${path}`, { headers: orderHeaders(id), body });
	let problem = null;
	let current = null;
	// The link of a mail brings the token along; it is kept here and taken out of the address.
	if (wanted.has("token")) keepOrder(id, wanted.get("token"));
	if (wanted.size > 0) history.replaceState(null, "", `#/orders/${id}`);
	if (wanted.has("resume")) {
		current = await call("POST", "/resume").catch((error) => {
			problem = error.message;
			return null;
		});
	}
	current ??= await call("GET");
	const place = h("div", {});
	const act = async (path) => {
		problem = null;
		try {
			current = await call("POST", path);
		} catch (error) {
			problem = error.message;
			current = await call("GET").catch(() => current);
		}
		show();
	};
	const show = () => {
		settle(current);
		put(place, draw(current, problem, act));
	};
	show();
	watch(id, signal, async () => {
		const before = current;
		current = await call("GET");
		if (signal.aborted) return true;
		if (current.status !== before.status) say(told[current.status] ?? spoken(current.status));
		if (JSON.stringify(current) !== JSON.stringify(before)) show();
		return over.includes(current.status);
	});
	return { title: `Order ${current.number}`, content: [place] };
}

const failed = ["payment_failed", "cancelled"];

/** Nothing is awaited of an order that went on; one that failed gives its cart back. */
function settle({ id, status }) {
	const left = awaited();
	if (left?.id !== id || status === "requires_action" || status === "pending") return;
	awaitOrder(null);
	if (failed.includes(status) && left.cart && !openCart()) keepCart(left.cart);
}

/** Looks again at each event of the order's stream; without the stream every three seconds. Ends with the view. */
async function watch(id, signal, look) {
	const from = { lastId: null };
	let waiting = null;
	const soon = () => {
		if (waiting) return;
		waiting = setTimeout(() => {
			waiting = null;
			look().catch(() => {});
		}, 150);
	};
	while (!signal.aborted) {
		await follow(id, from, soon, signal).catch(() => {});
		await new Promise((done) => setTimeout(done, 3000));
		if (signal.aborted) return;
		if (await look().catch(() => false)) return;
	}
}

function draw(current, problem, act) {
	const next = current.payment.nextAction;
	const approve = current.status === "requires_action" && next && /^https?:\/\//.test(next.url);
	return [
		h("p", { class: "vendor" }, `Order ${current.number}`),
		h(
			"div",
			{ class: "line" },
			h("h1", {}, told[current.status] ?? spoken(current.status)),
			h("span", { class: `state ${current.status}` }, spoken(current.status)),
		),
		problem ? h("p", { class: "problem", role: "alert" }, problem) : null,
		failed.includes(current.status) && openCart()
			? h("p", {}, h("a", { class: "main", href: "#/cart" }, "Back to your cart"))
			: null,
		approve
			? h(
					"p",
					{ class: "notice" },
					"Your bank or PayPal wants to hear from you. ",
					h("a", { class: "main", href: next.url, onclick: () => awaitOrder(current.id) }, "Approve the payment"),
					" ",
					h("button", { class: "plain", type: "button", onclick: () => act("/resume") }, "I have approved it"),
				)
			: null,
		h(
			"div",
			{ class: "split" },
			h("div", {}, timeline(current), current.shipments.map(parcel)),
			h(
				"aside",
				{ class: "panel", "aria-label": "What was ordered" },
				h(
					"ul",
					{ class: "short" },
					current.items.map((item) =>
						h("li", {}, h("span", {}, `${item.quantity} × ${item.title}`), h("span", {}, format(item.total))),
					),
				),
				totals(current.totals),
				h(
					"p",
					{ class: "quiet" },
					`Payment by ${current.payment.provider === "paypal" ? "PayPal" : "card"}: ${paid[current.payment.status] ?? spoken(current.payment.status).toLowerCase()}`,
				),
				cancellable.includes(current.status) ? cancelling(act) : null,
			),
		),
	];
}

const timeline = ({ timeline: entries }) =>
	h(
		"section",
		{ "aria-labelledby": "timeline" },
		h("h2", { id: "timeline" }, "What happened"),
		h(
			"ol",
			{ class: "timeline", "aria-live": "polite", "aria-relevant": "additions" },
			entries.map(({ at, type, message }) =>
				h("li", {}, h("span", {}, message || spoken(type)), h("span", { class: "quiet" }, when(at))),
			),
		),
	);

function parcel({ status, carrier, service, trackingNumber, trackingUrl, events }) {
	const link = trackingUrl && /^(https?:\/\/|\/)/.test(trackingUrl);
	return h(
		"section",
		{ class: "panel" },
		h(
			"div",
			{ class: "line" },
			h("h2", {}, `${carrier} ${serviceName(service)}`),
			h("span", { class: `state ${status}` }, spoken(status)),
		),
		trackingNumber
			? h(
					"p",
					{},
					"Tracking number ",
					link ? h("a", { href: trackingUrl, rel: "noopener" }, trackingNumber) : trackingNumber,
				)
			: null,
		events.length
			? h(
					"ol",
					{ class: "timeline" },
					events.map(({ at, status: step, message }) =>
						h("li", {}, h("span", {}, message || spoken(step)), h("span", { class: "quiet" }, when(at))),
					),
				)
			: notice("The parcel is being packed.", "quiet"),
	);
}

function cancelling(act) {
	const box = h("div", {});
	const ask = h("button", { class: "link", type: "button" }, "Cancel the order");
	ask.addEventListener("click", () => {
		const yes = h("button", { class: "plain", type: "button", onclick: () => act("/cancel") }, "Yes, cancel it");
		put(
			box,
			h("p", {}, "Really cancel the whole order?"),
			h(
				"div",
				{ class: "line" },
				yes,
				h("button", { class: "plain", type: "button", onclick: () => put(box, ask) }, "Keep it"),
			),
		);
		yes.focus();
	});
	return put(box, ask);
}
