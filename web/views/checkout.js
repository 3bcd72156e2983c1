import { api } from "../api.js";
import { load, rates, setAddress, setRate } from "../cart.js";
import { attempt, place } from "../checkout-attempt.js";
import { h, onSubmit, put } from "../dom.js";
import { format } from "../money.js";
import { awaitOrder, dropCart, keepOrder, openCart, session } from "../session.js";
import { addressForm } from "./address.js";
import { messages } from "./cart.js";
import { day, notice, serviceName, totals } from "./parts.js";
import { payments } from "./payments.js";

/** The checkout: who and where, how it is sent, how it is paid. An attempt that is open is finished first. */
export async function checkout() {
	const begun = openCart() && attempt(openCart().id);
	if (begun) return { title: "Checkout", content: [h("h1", {}, "Checkout"), finishing(begun.body)] };
	const cart = await load();
	if (!cart?.items.length)
		return {
			title: "Checkout",
			content: [
				h("h1", {}, "Checkout"),
				notice("Your cart is empty."),
				h("a", { class: "main", href: "#/" }, "Look around"),
			],
		};
	const state = { cart, email: session()?.user?.email ?? "" };
	const summary = h("aside", { class: "panel", "aria-label": "Your order" });
	const sum = (next) => {
		state.cart = next;
		put(
			summary,
			h("h2", {}, "Your order"),
			messages(next),
			h(
				"ul",
				{ class: "short" },
				next.items.map((item) =>
					h("li", {}, h("span", {}, `${item.quantity} × ${item.title}`), h("span", {}, format(item.total))),
				),
			),
			totals(
				next,
				next.promotions.map(({ code }) => code),
			),
			h("a", { href: "#/cart" }, "Change the cart"),
		);
	};
	sum(cart);
	const steps = h("div", { class: "steps" });
	put(steps, await contact(state, sum, steps));
	return { title: "Checkout", content: [h("h1", {}, "Checkout"), h("div", { class: "split" }, steps, summary)] };
}

async function contact(state, sum, steps) {
	const saved = session() ? (await api("GET", "/v1/me/addresses").catch(() => ({ data: [] }))).data : [];
	const form = addressForm({
		email: state.email,
		known: state.cart.shippingAddress ?? saved[0],
		name: session()?.user?.name,
	});
	onSubmit(form.element, async () => {
		const { email, ...address } = form.values();
		sum(await setAddress(address));
		state.email = email;
		const offers = await rates();
		const shown = h(
			"section",
			{ class: "panel done" },
			h(
				"div",
				{ class: "line" },
				h("h2", {}, "1. Contact and address"),
				h("button", { class: "link", type: "button", onclick: () => put(steps, form.element) }, "Change"),
			),
			h("p", {}, email),
			h(
				"p",
				{},
				[address.name, address.line1, address.line2, address.city, address.state, address.postalCode, address.country]
					.filter(Boolean)
					.join(", "),
			),
		);
		const next = shipping(state, sum, steps, shown, offers);
		put(steps, shown, next);
		next.querySelector("input")?.focus();
	});
	return form.element;
}

function shipping(state, sum, steps, shown, offers) {
	if (!offers.length) return notice("Nobody delivers to this address at the moment.");
	const choice = ({ id, carrier, service, price, minDeliveryDate, maxDeliveryDate }, n) => {
		const days = [...new Set([minDeliveryDate, maxDeliveryDate].filter(Boolean).map(day))].join(" – ");
		return h(
			"label",
			{ class: "row" },
			h("input", { type: "radio", name: "rateId", value: id, checked: n === 0, required: true }),
			h(
				"span",
				{ class: "grow" },
				`${carrier} ${serviceName(service)}`,
				days ? h("span", { class: "quiet" }, ` · arrives ${days}`) : null,
			),
			h("strong", {}, format(price)),
		);
	};
	const form = h(
		"form",
		{ class: "panel" },
		h("h2", {}, "2. Shipping"),
		h("fieldset", { class: "rows" }, h("legend", { class: "hidden" }, "Way of shipping"), offers.map(choice)),
		h("button", { class: "main" }, "Continue to payment"),
	);
	onSubmit(form, async ({ rateId }) => {
		sum(await setRate(rateId));
		const { carrier, service } = offers.find(({ id }) => id === rateId);
		const done = h(
			"section",
			{ class: "panel done" },
			h(
				"div",
				{ class: "line" },
				h("h2", {}, "2. Shipping"),
				h("button", { class: "link", type: "button", onclick: () => put(steps, shown, form) }, "Change"),
			),
			h("p", {}, `${carrier} ${serviceName(service)}`),
		);
		const next = payment(state, sum);
		put(steps, shown, done, next);
		next.querySelector("input")?.focus();
	});
	return form;
}

function payment(state, sum) {
	const form = h(
		"form",
		{ class: "panel" },
		h("h2", {}, "3. Payment"),
		payments(),
		h("button", { class: "main wide" }, "Place the order"),
	);
	onSubmit(form, async ({ method }) => {
		const provider = method === "paypal" ? "paypal" : "stripe";
		const paid = {
			provider,
			returnUrl: `${location.origin}/?return=payment`,
			...(provider === "stripe" ? { paymentMethod: method } : {}),
		};
		try {
			await order({ cartId: state.cart.id, email: state.email, payment: paid });
		} catch (error) {
			if (error.code === "price_changed" || error.code === "out_of_stock") sum((await load()) ?? state.cart);
			throw error;
		}
	});
	return form;
}

/** Places the order and goes to its page, or to the bank or PayPal when the buyer is needed there. */
async function order(body, onWait) {
	const { order: placed, orderToken } = await place(body, onWait);
	keepOrder(placed.id, orderToken);
	const next = placed.payment.nextAction;
	const away = placed.status === "requires_action" && next;
	if (away) awaitOrder(placed.id);
	dropCart();
	if (away) location.assign(next.url);
	else location.hash = `/orders/${placed.id}`;
}

function finishing(body) {
	const part = h("section", { class: "panel", "aria-live": "polite" });
	const run = async () => {
		put(part, h("p", { class: "busy" }, "Your order is being finished. Please keep this page open."));
		try {
			await order(body);
		} catch (error) {
			const again = openCart() && attempt(openCart().id);
			put(
				part,
				notice(error.message, "problem"),
				again
					? h("button", { class: "main", type: "button", onclick: run }, "Ask again")
					: h(
							"button",
							{ class: "main", type: "button", onclick: () => dispatchEvent(new Event("hashchange")) },
							"Back to the checkout",
						),
			);
		}
	};
	run();
	return part;
}
