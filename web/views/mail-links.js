import { api } from "../api.js";
import { field, h, onSubmit } from "../dom.js";
import { dropSession } from "../session.js";

/** The pages that links in mails lead to, each with `?token=`. */

const form = (title, fields, button, work, done) => {
	const element = h("form", { class: "panel narrow" }, fields, h("button", { class: "main wide" }, button));
	onSubmit(element, async (entered) => {
		await work(entered);
		element.replaceWith(h("p", { class: "notice", role: "status" }, done));
	});
	return { title, content: [h("h1", {}, title), element] };
};

export const forgotPassword = () =>
	form(
		"Forgot your password?",
		field("E-mail", "email", { type: "email", required: true, maxlength: 254, autocomplete: "email" }),
		"Send me a link",
		({ email }) => api("POST", "/v1/auth/forgot-password", { body: { email } }),
		"If there is an account with this address, a mail with a link is on its way.",
	);

export const resetPassword = (_, wanted) =>
	form(
		"Choose a password",
		field("Password, 8 characters or more", "password", {
			type: "password",
			required: true,
			minlength: 8,
			maxlength: 128,
			autocomplete: "new-password",
		}),
		"Keep it",
		async ({ password }) => {
			await api("POST", "/v1/auth/reset-password", { body: { token: wanted.get("token") ?? "", password } });
			dropSession();
		},
		["Your password is changed. ", h("a", { href: "#/account" }, "Sign in with it")],
	);

/** The address is confirmed by a press of the button, so that a mail program that opens links ahead uses nothing up. */
export const verifyEmail = (_, wanted) =>
	form(
		"Confirm your address",
		h("p", {}, "Press the button to confirm that the mail reached you."),
		"Confirm",
		() => api("POST", "/v1/auth/verify-email", { body: { token: wanted.get("token") ?? "" } }),
		["Thank you, your address is confirmed. ", h("a", { href: "#/account" }, "To your account")],
	);
