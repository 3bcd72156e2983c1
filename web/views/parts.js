import { h } from "../dom.js";
import { format, saving } from "../money.js";

/** Small pieces that several views show. */

export const price = (now, was = null) => {
	const percent = saving(now, was);
	return h(
		"span",
		{ class: "price" },
		h("span", { class: percent === null ? "" : "reduced" }, format(now)),
		percent === null ? null : [" ", h("s", {}, h("span", { class: "hidden" }, "before "), format(was))],
		percent ? [" ", h("span", { class: "saving" }, `−${percent}%`)] : null,
	);
};

export const stars = (rating) =>
	rating
		? h(
				"span",
				{
					class: "stars",
					role: "img",
					"aria-label": `${rating.average.toFixed(1)} of 5 stars, ${rating.count} ${rating.count === 1 ? "review" : "reviews"}`,
				},
				glyphs(rating.average),
				h("span", { class: "quiet" }, ` ${rating.average.toFixed(1)} (${rating.count})`),
			)
		: null;

export const glyphs = (average) =>
	h(
		"span",
		{ class: "glyphs", "aria-hidden": "true" },
		"★".repeat(Math.round(average)),
		h("span", { class: "empty" }, "★".repeat(5 - Math.round(average))),
	);

/** What stands where a product has no picture. */
const initial = (title, size) => h("span", { class: `no-image ${size}`, "aria-hidden": "true" }, title.slice(0, 1));

/** A picture of a product, or the product's initial where there is none or it does not come. */
export function picture(title, { size = "", src, ...props }) {
	if (!src) return initial(title, size);
	const img = h("img", { src, ...props, onerror: () => img.replaceWith(initial(title, size)) });
	return img;
}

export const image = (product, sizes = {}) => {
	const first = [...product.images].sort((a, b) => a.position - b.position)[0];
	const alt = first?.alt || product.title;
	return picture(product.title, { src: first?.url, alt, loading: "lazy", width: 400, height: 400, ...sizes });
};

const cheapest = (variants) => variants.reduce((a, b) => (b.price.amount < a.price.amount ? b : a));

/** A product of a list. */
export function card(product) {
	const sold = product.variants.every((variant) => variant.available <= 0);
	const { min, max } = product.priceRange ?? {};
	const from = min && max && max.amount > min.amount;
	const entry = product.variants.length ? cheapest(product.variants) : null;
	return h(
		"li",
		{ class: `card ${sold ? "sold" : ""}` },
		h(
			"a",
			{ href: `#/products/${encodeURIComponent(product.slug)}` },
			h("span", { class: "frame" }, image(product), sold ? h("span", { class: "badge" }, "Sold out") : null),
			h("span", { class: "vendor" }, product.vendor),
			h("span", { class: "title" }, product.title),
			entry ? h("span", {}, from ? "from " : "", price(entry.price, entry.compareAtPrice)) : null,
			stars(product.rating),
		),
	);
}

/** A list that grows by its cursor: `load(cursor)` gives `{ data, nextCursor }`, `draw` an entry's element. */
export function growing(list, load, draw, first) {
	const more = h("button", { class: "plain more", type: "button" }, "Show more");
	let cursor = null;
	const take = (page) => {
		const entries = page.data.map(draw);
		list.append(...entries);
		cursor = page.nextCursor;
		more.hidden = !cursor;
		return entries[0];
	};
	more.addEventListener("click", async () => {
		more.disabled = true;
		try {
			const entry = take(await load(cursor));
			entry?.querySelector("a, button")?.focus();
		} finally {
			more.disabled = false;
		}
	});
	take(first);
	return [list, more];
}

/** The sums of a cart or an order. A cart without a way of shipping does not know yet what that and the tax cost. */
export const totals = (sums, promotions = []) => {
	const open = sums.shippingRate === null;
	return h(
		"dl",
		{ class: "totals" },
		row("Subtotal", format(sums.subtotal)),
		sums.discount.amount
			? row(promotions.length ? `Discount (${promotions.join(", ")})` : "Discount", `−${format(sums.discount)}`)
			: null,
		open ? null : row("Shipping", format(sums.shipping)),
		open ? null : row("Tax", format(sums.tax)),
		row(open ? "Total before shipping" : "Total", format(sums.total), "grand"),
	);
};

const row = (term, value, kind = "") => h("div", { class: kind }, h("dt", {}, term), h("dd", {}, value));

export const when = (time) =>
	h("time", { datetime: time }, new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }));
export const day = (time) =>
	new Date(time).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short" });

/** A code as words: `out_for_delivery` is "Out for delivery". */
export const spoken = (code) => {
	const words = code.replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A carrier's name for a service as people say it: `FEDEX_2_DAY` is "2 Day", `NextDayAir` is "Next Day Air". */
export const serviceName = (code) =>
	/^[A-Z0-9_]+$/.test(code)
		? code
				.replace(/^FEDEX_/, "")
				.split("_")
				.map((word) => word.charAt(0) + word.slice(1).toLowerCase())
				.join(" ")
		: code.replace(/([a-z])(?=[A-Z])|^(\d)(?=[A-Z])/g, "$& ");

export const notice = (text, kind = "notice") => h("p", { class: kind }, text);
