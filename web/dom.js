/**
 * Makes an element. Strings become text nodes, so nothing that a person wrote is ever read as markup.
 * `on*` are listeners, booleans switch attributes, null and false children are left out.
 */
export function h(tag, props, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props ?? {})) {
		if (value === null || value === undefined || value === false) continue;
		if (typeof value === "function") element.addEventListener(name.slice(2), value);
		else element.setAttribute(name, value === true ? "" : value);
	}
	put(element, ...children);
	return element;
}

const wanted = (child) => child !== null && child !== undefined && child !== false && child !== "";

/** Replaces what is in an element. */
export function put(element, ...children) {
	element.replaceChildren(...children.flat(2).filter(wanted));
	return element;
}

let hiding;
/** Says a sentence to everyone: on the screen for some seconds, and to screen readers. */
export function say(text) {
	const status = document.getElementById("status");
	put(status, text);
	status.classList.add("shown");
	clearTimeout(hiding);
	hiding = setTimeout(() => status.classList.remove("shown"), 5000);
}

let fields = 0;
/** A labelled input; `options` makes it a select. `props` go to the control. */
export function field(label, name, props = {}, options = null) {
	const id = `f${++fields}`;
	const control = options
		? h(
				"select",
				{ id, name, ...props },
				options.map(([value, text]) => h("option", { value, selected: value === props.value }, text)),
			)
		: h(props.rows ? "textarea" : "input", { id, name, ...props });
	const optional = props.required || options ? null : h("span", { class: "quiet" }, " (optional)");
	return h("p", { class: `field ${props.wide ? "wide" : ""}` }, h("label", { for: id }, label, optional), control);
}

/** The values of a form, trimmed, without those left empty. */
export const values = (form) =>
	Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));

/** Runs a form's work: the button rests meanwhile, and a problem is put into words inside the form. */
export function onSubmit(form, work) {
	const problem = h("p", { class: "problem", role: "alert", hidden: true });
	form.append(problem);
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const button = event.submitter ?? form.querySelector("button");
		problem.hidden = true;
		form.setAttribute("aria-busy", "true");
		if (button) button.disabled = true;
		try {
			await work(values(form));
		} catch (error) {
			problem.hidden = false;
			put(problem, error.message);
			markFields(form, error);
		} finally {
			form.removeAttribute("aria-busy");
			if (button) button.disabled = false;
		}
	});
}

function markFields(form, error) {
	let first = null;
	for (const control of form.elements) {
		const wrong = error.errors?.some(({ path }) => path === `/${control.name}`);
		if (wrong) control.setAttribute("aria-invalid", "true");
		else control.removeAttribute("aria-invalid");
		if (wrong) first ??= control;
	}
	first?.focus();
}
