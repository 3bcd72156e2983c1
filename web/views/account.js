import { api, query } from "../api.js";
import { claim } from "../cart.js";
import { field, h, onSubmit, say } from "../dom.js";
import { format } from "../money.js";
import { dropCart, dropSession, keepSession, session } from "../session.js";
import { growing, notice, spoken, when } from "./parts.js";
import { passkeyButton, passkeyForm, secondFactor } from "./sign-in.js";

/** The person's own page, or the way in. */
export const account = (_, wanted) => (session() ? mine() : entrance(wanted));

const goOn = async (answer, back) => {
	keepSession(answer);
	await claim();
	say(`Welcome, ${answer.user.name}.`);
	const to = back?.startsWith("/") ? back : "/account";
	if (location.hash === `#${to}`) dispatchEvent(new Event("hashchange"));
	else location.hash = to;
};

function entrance(wanted) {
	const back = wanted.get("back");
	const login = h(
		"form",
		{ class: "panel" },
		h("h2", {}, "Sign in"),
		field("E-mail", "email", { type: "email", required: true, maxlength: 254, autocomplete: "username" }),
		field("Password", "password", {
			type: "password",
			required: true,
			maxlength: 128,
			autocomplete: "current-password",
		}),
		h("button", { class: "main wide" }, "Sign in"),
		h("p", {}, h("a", { href: "#/forgot-password" }, "Forgot your password?")),
		passkeyButton((session) => goOn(session, back)),
	);
	onSubmit(login, async ({ email, password }) => {
		const answer = await api("POST", "/v1/auth/login", { body: { email, password } });
		if (!answer.mfaRequired) return goOn(answer, back);
		login.replaceWith(secondFactor(answer.mfaToken, (session) => goOn(session, back)));
	});
	const register = h(
		"form",
		{ class: "panel" },
		h("h2", {}, "Make an account"),
		field("Name", "name", { required: true, maxlength: 100, autocomplete: "name" }),
		field("E-mail", "email", { type: "email", required: true, maxlength: 254, autocomplete: "email" }),
		field("Password, 8 characters or more", "password", {
			type: "password",
			required: true,
			minlength: 8,
			maxlength: 128,
			autocomplete: "new-password",
		}),
		h("button", { class: "main wide" }, "Make an account"),
	);
	onSubmit(register, async ({ name, email, password }) =>
		goOn(await api("POST", "/v1/auth/register", { body: { name, email, password } }), back),
	);
	return {
		title: "Sign in",
		content: [
			h("h1", {}, "Your account"),
			h("p", {}, "You can order without one. With one you see your orders and may write reviews."),
			h("div", { class: "two" }, login, register),
		],
	};
}

async function mine() {
	const load = (cursor) => api("GET", query("/v1/me/orders", { limit: 20, cursor }));
	const [me, first] = await Promise.all([api("GET", "/v1/me"), load(null)]);
	const leave = async () => {
		await api("POST", "/v1/auth/logout").catch(() => {});
		dropSession();
		dropCart();
		location.hash = "/";
	};
	return {
		title: "Your account",
		content: [
			h(
				"div",
				{ class: "line" },
				h("h1", {}, `Hello, ${me.name}`),
				h("button", { class: "plain", type: "button", onclick: leave }, "Sign out"),
			),
			h("p", { class: "quiet" }, me.email),
			me.emailVerified === false
				? notice(
						"Please follow the link in the mail that we sent to confirm your address. Until then, orders placed without signing in are not listed here.",
					)
				: null,
			h("h2", {}, "Your orders"),
			first.data.length ? growing(h("ul", { class: "lines" }), load, entry, first) : notice("No orders yet."),
			passkeyForm(),
		],
	};
}

const entry = ({ id, number, status, totals, items, createdAt }) =>
	h(
		"li",
		{},
		h(
			"div",
			{ class: "grow" },
			h("a", { href: `#/orders/${id}` }, `Order ${number}`),
			h(
				"p",
				{ class: "quiet" },
				createdAt ? [when(createdAt), " · "] : null,
				items.map(({ quantity, title }) => `${quantity} × ${title}`).join(", "),
			),
		),
		h("span", { class: `state ${status}` }, spoken(status)),
		h("strong", { class: "sum" }, format(totals.total)),
	);
