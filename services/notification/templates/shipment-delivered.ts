import { link, small, type Template, table, text } from "./content.ts";
import { parcelOf } from "./parcel.ts";

export const shipmentDelivered: Template = {
	subject: (data) => `Your order ${data.text("number")} has arrived`,
	body(data) {
		const url = data.optional("trackingUrl") && data.url("trackingUrl");
		return [
			text(`A parcel of your order ${data.text("number")} was delivered. We hope you enjoy it.`),
			table(parcelOf(data)),
			...(url ? [link("See the delivery", url)] : []),
			small("Something is wrong with it? Just answer this mail."),
		];
	},
	sms: (data) => `Tradewind: your order ${data.text("number")} was delivered. Enjoy!`,
};
