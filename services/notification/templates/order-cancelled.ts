import { small, type Template, text } from "./content.ts";

export const orderCancelled: Template = {
	subject: (data) => `Your order ${data.text("number")} is cancelled`,
	body: (data) => [
		text(`Your order ${data.text("number")} is cancelled, and nothing will be sent.`),
		text("If you paid for it, the money is on its way back. Banks take up to ten days to show it."),
		small("If you did not expect this, just answer this mail."),
	],
};
