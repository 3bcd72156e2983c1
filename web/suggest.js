import { api, query } from "./api.js";
import { categories } from "./catalogue.js";
import { h, put } from "./dom.js";

/** Suggestions below the search field, as the ARIA pattern of a combobox with a list has it. */
export function suggestions(form, input, list) {
	let asking = null;
	let timer;
	let active = -1;
	const close = () => {
		list.hidden = true;
		active = -1;
		input.setAttribute("aria-expanded", "false");
		input.removeAttribute("aria-activedescendant");
	};
	const mark = (next) => {
		const options = [...list.children];
		active = (next + options.length + 1) % (options.length + 1);
		if (active === options.length) active = -1;
		options.forEach((option, n) => {
			option.setAttribute("aria-selected", String(n === active));
		});
		if (active < 0) input.removeAttribute("aria-activedescendant");
		else input.setAttribute("aria-activedescendant", options[active].id);
	};
	const show = (entries) => {
		put(
			list,
			entries.map((entry, n) =>
				h(
					"div",
					{
						id: `s${n}`,
						role: "option",
						"aria-selected": "false",
						onpointerdown: (event) => {
							event.preventDefault();
							choose(entry);
						},
						onchoose: () => choose(entry),
					},
					h("span", {}, entry.text),
					h("span", { class: "quiet" }, entry.type),
				),
			),
		);
		list.hidden = !entries.length;
		active = -1;
		input.setAttribute("aria-expanded", String(!list.hidden));
	};
	const choose = async (entry) => {
		clearTimeout(timer);
		asking?.abort();
		close();
		location.hash = await address(entry);
	};
	const ask = async () => {
		asking?.abort();
		const q = input.value.trim();
		if (q.length < 2) return close();
		asking = new AbortController();
		try {
			show(
				(await api("GET", query("/v1/search/suggest", { q: q.slice(0, 100), limit: 8 }), { signal: asking.signal }))
					.data,
			);
		} catch (error) {
			if (error.name !== "AbortError") close();
		}
	};
	input.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(ask, 150);
	});
	input.addEventListener("keydown", (event) => {
		if (event.key === "Escape") close();
		if (list.hidden) return;
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			mark(
				active < 0 && event.key === "ArrowUp"
					? list.children.length - 1
					: active + (event.key === "ArrowDown" ? 1 : -1),
			);
		}
		if (event.key === "Enter" && active >= 0) {
			event.preventDefault();
			list.children[active].dispatchEvent(new Event("choose"));
		}
	});
	input.addEventListener("blur", close);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		clearTimeout(timer);
		asking?.abort();
		close();
		location.hash = query("/search", { q: input.value.trim() });
	});
}

async function address({ text, type, id }) {
	if (type === "product" && id) return `/products/${encodeURIComponent(id)}`;
	if (type === "category") {
		const all = await categories().catch(() => []);
		const known = all.find((entry) => entry.id === id || entry.title === text);
		if (known) return `/category/${encodeURIComponent(known.slug)}`;
	}
	return query("/search", type === "vendor" ? { vendor: text } : { q: text });
}
