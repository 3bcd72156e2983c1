import { api } from "../api.js";
import { h } from "../dom.js";
import { notice, spoken, when } from "./parts.js";

/** The public page of a parcel, reached by the link of a mail; it shows nothing personal. */
export async function tracking({ id }) {
	const { status, carrier, trackingNumber, events } = await api("GET", `/v1/tracking/${encodeURIComponent(id)}`);
	return {
		title: "Your parcel",
		content: [
			h("div", { class: "line" }, h("h1", {}, "Your parcel"), h("span", { class: `state ${status}` }, spoken(status))),
			h("p", {}, carrier, trackingNumber ? ` · ${trackingNumber}` : ""),
			events.length
				? h(
						"ol",
						{ class: "timeline" },
						events.map(({ at, status: step, message }) =>
							h("li", {}, h("span", {}, message || spoken(step)), h("span", { class: "quiet" }, when(at))),
						),
					)
				: notice("The carrier has not told of it yet."),
		],
	};
}
