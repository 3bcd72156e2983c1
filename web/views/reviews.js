import { api, query } from "../api.js";
import { field, h, onSubmit, put } from "../dom.js";
import { session } from "../session.js";
import { glyphs, growing, notice, stars, when } from "./parts.js";

/** The reviews of a product, and the form to write one. A failure of the review service leaves the product's page whole. */
export async function reviews(product) {
	const path = `/v1/products/${product.id}/reviews`;
	const part = h("section", { class: "reviews", "aria-labelledby": "reviews" });
	const list = h("div", {});
	const fill = async (sort) => {
		const load = (cursor) => api("GET", query(path, { sort, limit: 10, cursor }));
		try {
			const first = await load(null);
			put(
				list,
				first.data.length
					? growing(h("ul", { class: "opinions" }), load, review, first)
					: h("p", { class: "quiet" }, "Nobody has written about it yet."),
			);
		} catch {
			put(list, notice("The reviews cannot be shown at the moment."));
		}
	};
	const sorts = [
		["newest", "Newest"],
		["helpful", "Most helpful"],
		["-rating", "Best first"],
		["rating", "Worst first"],
	];
	const sort = h(
		"label",
		{ class: "sort" },
		"Sort by ",
		h(
			"select",
			{ onchange: (event) => fill(event.target.value) },
			sorts.map(([value, text]) => h("option", { value }, text)),
		),
	);
	put(
		part,
		h("div", { class: "line" }, h("h2", { id: "reviews" }, "Reviews"), product.rating?.count > 1 ? sort : null),
		stars(product.rating),
		list,
		writing(path, fill),
	);
	await fill();
	return part;
}

const review = ({ rating, title, body, author, verified, createdAt }) =>
	h(
		"li",
		{},
		h(
			"p",
			{ class: "head" },
			h("span", { role: "img", "aria-label": `${rating} of 5 stars` }, glyphs(rating)),
			" ",
			h("strong", {}, title),
		),
		h("p", { class: "written" }, body),
		h(
			"p",
			{ class: "quiet" },
			author ?? "A customer",
			createdAt ? [" · ", when(createdAt)] : null,
			verified ? [" · ", h("span", { class: "verified" }, "Bought here")] : null,
		),
	);

function writing(path, fill) {
	if (!session())
		return h(
			"p",
			{},
			h("a", { href: `#/account?back=${encodeURIComponent(location.hash.slice(1))}` }, "Sign in"),
			" to write a review.",
		);
	const words = ["poor", "fair", "good", "very good", "excellent"];
	const form = h(
		"form",
		{ class: "panel" },
		h("h3", {}, "Write a review"),
		h(
			"fieldset",
			{ class: "options rating" },
			h("legend", {}, "Your rating"),
			words.map((word, n) =>
				h(
					"label",
					{},
					h("input", { type: "radio", name: "rating", value: n + 1, required: true }),
					h("span", {}, `${n + 1} ★`, h("span", { class: "hidden" }, ` ${word}`)),
				),
			),
		),
		field("In a few words", "title", { required: true, maxlength: 200 }),
		field("Your review", "body", { required: true, maxlength: 5000, rows: 5 }),
		h("button", { class: "main" }, "Send review"),
	);
	onSubmit(form, async ({ rating, title, body }) => {
		const { status } = await api("POST", path, { body: { rating: Number(rating), title, body } });
		const waits = status === "pending" ? " It is shown when a moderator has read it." : "";
		form.replaceWith(notice(`Thank you for your review.${waits}`));
		await fill();
	});
	return form;
}
