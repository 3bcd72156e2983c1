import { load, promote, remove, setQuantity, unpromote } from "../cart.js";
import { field, h, onSubmit, put, say } from "../dom.js";
import { format } from "../money.js";
import { notice, picture, totals } from "./parts.js";

/** The open cart: quantities, a promotion code, and what changed since the last look. */
export async function cart() {
	const place = h("div", {});
	draw(place, await load());
	return { title: "Cart", content: [h("h1", {}, "Your cart"), place] };
}

function draw(place, current) {
	if (!current?.items.length) {
		put(
			place,
			messages(current),
			notice("There is nothing in it yet."),
			h("p", {}, h("a", { class: "main", href: "#/" }, "Look around")),
		);
		return;
	}
	/** Runs a change, then draws the cart as it is afterwards, also when the change was refused. */
	const change = async (work, focus) => {
		place.setAttribute("aria-busy", "true");
		try {
			draw(place, await work());
		} catch (error) {
			say(error.message);
			draw(place, await load().catch(() => current));
		} finally {
			place.removeAttribute("aria-busy");
			place.querySelector(focus)?.focus();
		}
	};
	put(
		place,
		messages(current),
		h(
			"div",
			{ class: "split" },
			h(
				"ul",
				{ class: "lines", "aria-label": "Lines" },
				current.items.map((item) => line(item, change)),
			),
			h(
				"aside",
				{ class: "panel", "aria-label": "Summary" },
				codes(current, change, place),
				totals(
					current,
					current.promotions.map(({ code }) => code),
				),
				current.shippingRate ? null : h("p", { class: "quiet" }, "Shipping and tax are settled at the checkout."),
				h("a", { class: "main wide", href: "#/checkout" }, "To the checkout"),
			),
		),
	);
}

export const messages = (current) =>
	current?.messages.length
		? h(
				"ul",
				{ class: "messages", role: "alert" },
				current.messages.map(({ code, message }) => h("li", {}, message || code)),
			)
		: null;

function line(item, change) {
	const id = `quantity-${item.id}`;
	const onchange = (event) => {
		const quantity = Number(event.target.value);
		if (!Number.isInteger(quantity) || quantity < 0) return say("Please enter a whole number.");
		return change(() => (quantity ? setQuantity(item.id, quantity) : remove(item.id)), `#${id}`);
	};
	return h(
		"li",
		{},
		picture(item.title, { size: "small", src: item.image, alt: "", width: 88, height: 88 }),
		h(
			"div",
			{ class: "grow" },
			item.slug ? h("a", { href: `#/products/${encodeURIComponent(item.slug)}` }, item.title) : item.title,
			h("p", { class: "quiet" }, `${format(item.unitPrice)} each · ${item.sku}`),
			h(
				"button",
				{
					class: "link",
					type: "button",
					"aria-label": `Remove ${item.title}`,
					onclick: () => change(() => remove(item.id), "input"),
				},
				"Remove",
			),
		),
		h("label", { class: "hidden", for: id }, `Quantity of ${item.title}`),
		h("input", {
			id,
			class: "quantity",
			type: "number",
			min: 0,
			max: 9999,
			value: item.quantity,
			inputmode: "numeric",
			onchange,
		}),
		h("strong", { class: "sum" }, format(item.total)),
	);
}

function codes(current, change, place) {
	const form = h(
		"form",
		{ class: "code" },
		field("Promotion code", "code", { maxlength: 64, required: true, autocapitalize: "characters" }),
		h("button", { class: "plain" }, "Apply"),
	);
	onSubmit(form, async ({ code }) => {
		draw(place, await promote(code));
		say(`The code ${code} is applied.`);
	});
	const used = current.promotions.map(({ code }) =>
		h(
			"li",
			{},
			h(
				"button",
				{
					type: "button",
					"aria-label": `Take off the code ${code}`,
					onclick: () => change(() => unpromote(code), "form input"),
				},
				`${code} ×`,
			),
		),
	);
	return [used.length ? h("ul", { class: "pills", "aria-label": "Codes in use" }, used) : null, form];
}
