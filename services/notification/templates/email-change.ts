import { small, type Template, text } from "./content.ts";

export const emailChange: Template = {
	subject: () => "Your account is to get another email address",
	body: (data) => [
		text(`Hello ${data.optional("name") ?? "there"},`),
		text(
			"somebody, hopefully you, asked to use another email address for your account. It counts once it was confirmed from there; until then nothing changes.",
		),
		small("If it was not you, set a new password now: that makes the request void and signs everybody out."),
	],
};
