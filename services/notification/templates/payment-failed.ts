import { small, type Template, text } from "./content.ts";

export const paymentFailed: Template = {
	subject: (data) => `The payment for your order ${data.text("number")} did not go through`,
	body(data) {
		const reason = data.optional("reason");
		return [
			text(`The payment for your order ${data.text("number")} did not go through, and you were not charged.`),
			...(reason ? [text(`This is what we were told: ${reason}`)] : []),
			text("Your cart is as you left it, so you can try again or pay in another way."),
			small("If it keeps happening, your bank can tell why."),
		];
	},
};
