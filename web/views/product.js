import { api } from "../api.js";
import { add } from "../cart.js";
import { categories, categoryName } from "../catalogue.js";
import { field, h, onSubmit, put, say } from "../dom.js";
import { description } from "../sanitize.js";
import { notice, picture, price, stars } from "./parts.js";
import { reviews } from "./reviews.js";

/** One product: its pictures, the choice of a variant, and what people think of it. */
export async function product({ id }) {
	const [found, all] = await Promise.all([
		api("GET", `/v1/products/${encodeURIComponent(id)}`),
		categories().catch(() => []),
	]);
	const gallery = pictures(found);
	const text = h("div", { class: "prose" });
	text.append(description(found.description));
	const link = (path, label) => h("a", { href: `#${path}` }, label);
	return {
		title: found.title,
		content: [
			h(
				"nav",
				{ class: "crumbs", "aria-label": "You are here" },
				link("/", "Shop"),
				found.category
					? [" / ", link(`/category/${encodeURIComponent(found.category)}`, categoryName(all, found.category))]
					: null,
				" / ",
				h("span", { "aria-current": "page" }, found.title),
			),
			h(
				"article",
				{ class: "product" },
				gallery.element,
				h(
					"div",
					{},
					h("p", { class: "vendor" }, link(`/search?${new URLSearchParams({ vendor: found.vendor })}`, found.vendor)),
					h("h1", {}, found.title),
					found.rating
						? h(
								"button",
								{
									class: "link",
									type: "button",
									onclick: () => document.getElementById("reviews").scrollIntoView(),
								},
								stars(found.rating),
							)
						: null,
					found.status === "active" && found.variants.length
						? buy(found, gallery.show)
						: notice("This is not sold at the moment."),
					text,
					found.tags.length
						? h(
								"ul",
								{ class: "pills", "aria-label": "Tags" },
								found.tags.map((tag) => h("li", {}, link(`/search?${new URLSearchParams({ tag })}`, tag))),
							)
						: null,
				),
			),
			await reviews(found),
		],
	};
}

function pictures(found) {
	const images = [...found.images].sort((a, b) => a.position - b.position);
	const frame = h("div", { class: "frame large" });
	const show = (shown) => {
		put(frame, picture(found.title, { src: shown.url, alt: shown.alt || found.title, width: 800, height: 800 }));
		buttons.forEach((button, n) => {
			button.setAttribute("aria-pressed", String(images[n] === shown));
		});
	};
	const buttons = images.map((entry) =>
		h(
			"button",
			{ type: "button", class: "thumb", "aria-label": `Show ${entry.alt || found.title}`, onclick: () => show(entry) },
			picture(found.title, { size: "tiny", src: entry.url, alt: "", width: 72, height: 72 }),
		),
	);
	if (images.length) show(images[0]);
	else put(frame, picture(found.title, {}));
	const choose = (words) => {
		const match = images.find(({ alt }) =>
			words.some((word) => ` ${alt.toLowerCase().replaceAll(",", " ")} `.includes(` ${word.toLowerCase()} `)),
		);
		if (match) show(match);
	};
	return {
		element: h("div", { class: "gallery" }, frame, images.length > 1 ? h("div", { class: "thumbs" }, buttons) : null),
		show: choose,
	};
}

/** Shopify's way to say that a product has one variant only. */
const single = (options) => options.every(({ values }) => values.length === 1 && values[0] === "Default Title");

function buy(found, show) {
	const options = single(found.options) ? [] : found.options;
	const picked = { ...(found.variants.find(({ available }) => available > 0) ?? found.variants[0]).options };
	const fits = (variant, wanted) => options.every(({ name }) => variant.options[name] === wanted[name]);
	const variant = () => (options.length ? found.variants.find((entry) => fits(entry, picked)) : found.variants[0]);
	const summary = h("div", { class: "offer", "aria-live": "polite" });
	const button = h("button", { class: "main" }, "Add to cart");
	const quantity = field("Quantity", "quantity", {
		type: "number",
		min: 1,
		max: 9999,
		value: 1,
		required: true,
		inputmode: "numeric",
	});
	const draw = () => {
		const chosen = variant();
		const left = chosen?.available ?? 0;
		put(
			summary,
			chosen ? h("p", { class: "big" }, price(chosen.price, chosen.compareAtPrice)) : null,
			h(
				"p",
				{ class: left > 0 ? (left < 6 ? "few" : "stock") : "out" },
				!chosen ? "Not made in this combination" : left > 5 ? "In stock" : left > 0 ? `Only ${left} left` : "Sold out",
			),
			chosen ? h("p", { class: "quiet" }, `SKU ${chosen.sku}`) : null,
		);
		button.disabled = left <= 0;
		for (const input of form.querySelectorAll("input[type=radio]")) {
			const other = found.variants.find((entry) => fits(entry, { ...picked, [input.dataset.option]: input.value }));
			input.toggleAttribute("data-out", !other || other.available <= 0);
		}
	};
	const choice = ({ name, values }, n) =>
		h(
			"fieldset",
			{ class: "options" },
			h("legend", {}, name),
			values.map((value) => {
				const onchange = () => {
					picked[name] = value;
					draw();
					show([value]);
				};
				return h(
					"label",
					{},
					h("input", {
						type: "radio",
						name: `option${n}`,
						value,
						checked: picked[name] === value,
						"data-option": name,
						onchange,
					}),
					h("span", {}, value),
				);
			}),
		);
	const form = h("form", { class: "buy" }, options.map(choice), summary, h("div", { class: "line" }, quantity, button));
	onSubmit(form, async (entered) => {
		const cart = await add(variant().id, Number(entered.quantity));
		const count = cart.items.reduce((sum, item) => sum + item.quantity, 0);
		say(`${found.title} is in your cart, which holds ${count} ${count === 1 ? "piece" : "pieces"} now.`);
	});
	draw();
	if (options.length) show(Object.values(picked));
	return form;
}
