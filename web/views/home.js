import { api, query } from "../api.js";
import { categories } from "../catalogue.js";
import { h } from "../dom.js";
import { card, growing, notice } from "./parts.js";

const page = (path, cursor, more = {}) => api("GET", query(path, { limit: 24, cursor, ...more }));

/** The shop's front: a word of welcome and all products, the newest first. */
export async function home() {
	const load = (cursor) => page("/v1/products", cursor);
	const first = await load(null);
	return {
		title: "Tradewind",
		content: [
			h(
				"section",
				{ class: "hero" },
				h("h1", {}, "Goods from along the coast"),
				h("p", {}, "Stoneware, tea, wool, brass and canvas, from a dozen workshops that know their trade."),
			),
			first.data.length ? null : notice("The shelves are empty. An administrator can import a catalogue."),
			growing(h("ul", { class: "grid", "aria-label": "Products" }), load, card, first),
		],
	};
}

/** The products of a category and of those below it. */
export async function category({ id }) {
	const all = await categories();
	const here = all.find((entry) => entry.slug === id || entry.id === id);
	const load = (cursor) =>
		page(`/v1/categories/${encodeURIComponent(here?.id ?? id)}/products`, cursor, { deep: true });
	const first = await load(null);
	const parent = here && all.find((entry) => entry.id === here.parentId);
	const below = all.filter((entry) => here && entry.parentId === here.id);
	const link = (entry, text = entry.title) => h("a", { href: `#/category/${encodeURIComponent(entry.slug)}` }, text);
	return {
		title: here?.title ?? "Category",
		content: [
			h(
				"nav",
				{ class: "crumbs", "aria-label": "You are here" },
				h("a", { href: "#/" }, "Shop"),
				parent ? [" / ", link(parent)] : null,
				" / ",
				h("span", { "aria-current": "page" }, here?.title ?? id),
			),
			h("h1", {}, here?.title ?? id),
			below.length
				? h(
						"ul",
						{ class: "pills", "aria-label": "Within this category" },
						below.map((entry) => h("li", {}, link(entry, `${entry.title} (${entry.count})`))),
					)
				: null,
			first.data.length ? null : notice("Nothing here at the moment."),
			growing(h("ul", { class: "grid", "aria-label": "Products" }), load, card, first),
		],
	};
}
