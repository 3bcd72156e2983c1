import { link, small, type Template, text } from "./content.ts";

export const resetPassword: Template = {
	subject: () => "Set a new password",
	body: (data) => [
		text(`Hello ${data.optional("name") ?? "there"},`),
		text("somebody, hopefully you, asked to set a new password for your account."),
		link("Set a new password", data.url("link")),
		small("The link works once and for a short time. If it was not you, ignore this mail: your password stays."),
	],
};
