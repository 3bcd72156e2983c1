import { field, h, values } from "../dom.js";

const countries = "US CA GB IE DE FR NL BE AT CH ES PT IT DK SE NO FI PL CZ AU NZ JP".split(" ");

/** The form for the e-mail address and where the goods go; `values()` is `{ email, ...address }` without empty fields. */
export function addressForm({ email, known, name }) {
	const names = new Intl.DisplayNames(undefined, { type: "region" });
	const listed = known?.country && !countries.includes(known.country) ? [known.country, ...countries] : countries;
	const text = (label, key, required, more = {}) =>
		field(label, key, { value: known?.[key] ?? "", required, maxlength: 200, ...more });
	const state = text("State or province", "state", false, { maxlength: 100, autocomplete: "address-level1" });
	const demand = (country) => {
		const needed = country === "US" || country === "CA";
		state.querySelector("input").required = needed;
		state.querySelector(".quiet").hidden = needed;
	};
	const country = field(
		"Country",
		"country",
		{ value: known?.country ?? "US", autocomplete: "country", onchange: (event) => demand(event.target.value) },
		listed.map((code) => [code, names.of(code)]),
	);
	const element = h(
		"form",
		{ class: "panel fields" },
		h("h2", { class: "wide" }, "1. Contact and address"),
		field("E-mail", "email", {
			type: "email",
			value: email,
			required: true,
			maxlength: 254,
			autocomplete: "email",
			wide: true,
		}),
		text("Name", "name", true, { value: known?.name ?? name ?? "", maxlength: 100, autocomplete: "name" }),
		text("Company", "company", false, { maxlength: 100, autocomplete: "organization" }),
		text("Street and number", "line1", true, { autocomplete: "address-line1", wide: true }),
		text("Flat, floor", "line2", false, { autocomplete: "address-line2", wide: true }),
		text("City", "city", true, { maxlength: 100, autocomplete: "address-level2" }),
		state,
		text("Postal code", "postalCode", true, { maxlength: 20, autocomplete: "postal-code" }),
		country,
		text("Phone, with country code", "phone", false, {
			type: "tel",
			pattern: "\\+[1-9][0-9 ]{6,17}",
			placeholder: "+14155550123",
			maxlength: 20,
			autocomplete: "tel",
		}),
		h("button", { class: "main wide" }, "Continue to shipping"),
	);
	demand(known?.country ?? "US");
	const read = () => {
		const entered = values(element);
		if (entered.phone) entered.phone = entered.phone.replaceAll(" ", "");
		return entered;
	};
	return { element, values: read };
}
