import { link, type Template, table, text } from "./content.ts";
import { parcelOf } from "./parcel.ts";

export const shipmentSent: Template = {
	subject: (data) => `Your order ${data.text("number")} is on its way`,
	body(data) {
		const url = data.optional("trackingUrl") && data.url("trackingUrl");
		return [
			text(`A parcel of your order ${data.text("number")} has left us.`),
			table(parcelOf(data)),
			...(url ? [link("Follow your parcel", url)] : []),
		];
	},
	sms(data) {
		const url = data.optional("trackingUrl");
		return `Tradewind: order ${data.text("number")} is on its way with ${data.text("carrier")}.${url ? ` ${data.url("trackingUrl")}` : ""}`;
	},
};
