import { link, small, type Template, text } from "./content.ts";

export const verifyEmail: Template = {
	subject: () => "Please confirm your email address",
	body: (data) => [
		text(`Hello ${data.optional("name") ?? "there"},`),
		text("welcome to Tradewind. Confirm that this is your address, and your account is ready."),
		link("Confirm my address", data.url("link")),
		small("If you did not make an account with us, ignore this mail: nothing happens without your confirmation."),
	],
};
