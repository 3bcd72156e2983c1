import { small, type Template, text } from "./content.ts";

export const orderRefunded: Template = {
	subject: (data) => `${data.money("amount")} is on its way back to you`,
	body: (data) => [
		text(`We have sent back ${data.money("amount")} for your order ${data.text("number")}.`),
		text("It returns the way you paid. Banks take up to ten days to show it."),
		small("If the amount is not what you expected, just answer this mail."),
	],
};
