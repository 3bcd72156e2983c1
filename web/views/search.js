import { api, query } from "../api.js";
import { categories, categoryName } from "../catalogue.js";
import { h } from "../dom.js";
import { decimal, format, minor } from "../money.js";
import { card, glyphs, growing, notice } from "./parts.js";

const names = ["q", "category", "vendor", "tag", "minPrice", "maxPrice", "inStock", "minRating", "sort"];
const orders = [
	["", "Best match"],
	["price", "Price, low to high"],
	["-price", "Price, high to low"],
	["newest", "Newest"],
	["rating", "Best rated"],
];

/** What was found, with facets to narrow it. All of the state is in the address, so going back works. */
export async function search(_, wanted) {
	const now = Object.fromEntries(names.map((name) => [name, wanted.get(name) ?? ""]));
	const load = (cursor) =>
		api("GET", query("/v1/search", { ...now, limit: 24, cursor })).then((found) => ({
			...found,
			data: found.data.map(({ product }) => product),
		}));
	const [first, all] = await Promise.all([load(null), categories().catch(() => [])]);
	const currency = first.data[0]?.priceRange?.min.currency ?? "USD";
	const go = (change) => {
		location.hash = to({ ...now, ...change });
	};
	return {
		title: now.q ? `Search: ${now.q}` : "Search",
		content: [
			h("h1", {}, now.q ? `Results for “${now.q}”` : "All goods"),
			first.degraded ? notice("Search is resting: this is a plain list of the catalogue.", "notice") : null,
			h(
				"div",
				{ class: "found" },
				filters(first.facets, now, all, currency, go),
				h(
					"section",
					{ "aria-label": "Results" },
					h(
						"div",
						{ class: "line" },
						h("p", { role: "status" }, `${first.total} ${first.total === 1 ? "product" : "products"}`),
						sorting(now, go),
					),
					chosen(now, all, currency),
					first.data.length ? null : notice("Nothing matches. Try fewer words, or take a filter away."),
					growing(h("ul", { class: "grid", "aria-label": "Products" }), load, card, first),
				),
			),
		],
	};
}

const to = (state) => `#${query("/search", state)}`;

const sorting = (now, go) =>
	h(
		"label",
		{ class: "sort" },
		"Sort by ",
		h(
			"select",
			{ onchange: (event) => go({ sort: event.target.value }) },
			orders.map(([value, text]) => h("option", { value, selected: value === now.sort }, text)),
		),
	);

/** The filters that are on, each a link that takes it away. */
function chosen(now, all, currency) {
	const amount = (text) => format({ amount: Number(text), currency });
	const on = [
		now.category && [{ category: "" }, categoryName(all, now.category)],
		now.vendor && [{ vendor: "" }, now.vendor],
		now.tag && [{ tag: "" }, now.tag],
		(now.minPrice || now.maxPrice) && [
			{ minPrice: "", maxPrice: "" },
			range(now.minPrice && amount(now.minPrice), now.maxPrice && amount(now.maxPrice)),
		],
		now.minRating && [{ minRating: "" }, `${now.minRating} stars and more`],
		now.inStock && [{ inStock: "" }, "In stock"],
	].filter(Boolean);
	if (!on.length) return null;
	return h(
		"ul",
		{ class: "pills", "aria-label": "Filters in use" },
		on.map(([change, text]) =>
			h("li", {}, h("a", { href: to({ ...now, ...change }), "aria-label": `Remove filter ${text}` }, `${text} ×`)),
		),
	);
}

const range = (from, end) => (from && end ? `${from} – ${end}` : from ? `from ${from}` : `up to ${end}`);

function filters(facets, now, all, currency, go) {
	const group = (label, entries) =>
		entries.length ? h("section", {}, h("h3", {}, label), h("ul", {}, entries)) : null;
	const entry = (change, on, text, count) =>
		h(
			"li",
			{},
			h(
				"a",
				{ href: to({ ...now, ...change }), "aria-current": on ? "true" : null },
				h("span", {}, text),
				h("span", { class: "quiet" }, String(count)),
			),
		);
	const listed = (name, text = (value) => value) =>
		facets[name]
			.slice(0, 12)
			.map(({ value, count }) =>
				entry({ [name]: now[name] === value ? "" : value }, now[name] === value, text(value), count),
			);
	const prices = facets.price
		.filter(({ count }) => count)
		.map(({ from, to: end, count }) => {
			const [minPrice, maxPrice] = [from, end].map((amount) => (amount === null ? "" : String(amount)));
			const on = now.minPrice === minPrice && now.maxPrice === maxPrice;
			const text = range(from ? format({ amount: from, currency }) : "", end ? format({ amount: end, currency }) : "");
			return entry(on ? { minPrice: "", maxPrice: "" } : { minPrice, maxPrice }, on, text, count);
		});
	const ratings = facets.rating
		.filter(({ count }) => count)
		.map(({ value, count }) => {
			const on = now.minRating === String(value);
			return entry(
				{ minRating: on ? "" : value },
				on,
				[glyphs(value), h("span", { class: "hidden" }, `${value} stars`), " and more"],
				count,
			);
		});
	return h(
		"details",
		{ class: "filters", open: matchMedia("(min-width: 55rem)").matches },
		h("summary", {}, "Filters"),
		h(
			"label",
			{ class: "check" },
			h("input", {
				type: "checkbox",
				checked: now.inStock === "true",
				onchange: (event) => go({ inStock: event.target.checked ? "true" : "" }),
			}),
			" In stock only",
		),
		group(
			"Category",
			listed("category", (value) => categoryName(all, value)),
		),
		group("Price", prices),
		priceForm(now, currency, go),
		group("Maker", listed("vendor")),
		group("Rating", ratings),
		group("Tag", listed("tag")),
	);
}

function priceForm(now, currency, go) {
	const box = (name, label) =>
		h(
			"label",
			{},
			h("span", { class: "hidden" }, label),
			h("input", {
				name,
				inputmode: "decimal",
				placeholder: label,
				value: now[name] ? decimal({ amount: Number(now[name]), currency }) : "",
			}),
		);
	const submit = (event) => {
		event.preventDefault();
		const amount = (name) => minor(event.target.elements[name].value, currency) ?? "";
		go({ minPrice: amount("minPrice"), maxPrice: amount("maxPrice") });
	};
	return h(
		"form",
		{ class: "range", onsubmit: submit },
		box("minPrice", "Lowest"),
		box("maxPrice", "Highest"),
		h("button", { class: "plain" }, "Set"),
	);
}
