import { redacted } from "../../runtime/redact.ts";
import type { ShipmentStatus } from "../../schemas/shipping.ts";
import type { ShipmentState } from "./domain.ts";
import type { Report } from "./tracking.ts";

/** What is said in the place of a carrier's words that name somebody. */
const WORDS: Record<ShipmentStatus, string> = {
	pending: "The goods are being packed",
	label_created: "The label was made",
	in_transit: "In transit",
	out_for_delivery: "Out for delivery",
	delivered: "Delivered",
	returned: "On its way back",
	failed: "The carrier reported a problem",
	cancelled: "The shipment was cancelled",
};

type Addressee = Pick<ShipmentState, "email" | "address" | "events">;

/**
 * Carriers' reports as they may be kept, published and shown to whoever has the tracking link: without words that name the
 * addressee or the street, as in "Signed by: LOVELACE". Nobody knows any more whom the words about an erased person's parcel
 * name, or about a parcel that is not the shop's: they are replaced.
 */
export function plain(reports: readonly Report[], parcel: Addressee | null): Report[] {
	if (parcel === null || parcel.email === "") {
		const known = new Set(parcel?.events.map(({ at, status }) => `${at} ${status}`));
		return reports
			.filter(({ at, status }) => !known.has(`${at} ${status}`))
			.map((report) => ({ ...report, message: WORDS[report.status] }));
	}
	const names = namesOf(parcel);
	return reports.map((report) => {
		const message = redacted(report.message);
		const words = ` ${wordsOf(message)} `;
		return { ...report, message: names.some((name) => words.includes(` ${name} `)) ? WORDS[report.status] : message };
	});
}

/** Every word of the name and the company, the lines of the street, and the address. */
function namesOf({ email, address }: Addressee): string[] {
	const { name, company = "", line1, line2 = "", phone = "" } = address;
	const single = wordsOf(`${name} ${company}`).split(" ");
	return [...single.filter((word) => word.length > 1), ...[line1, line2, email, phone].map(wordsOf)].filter(Boolean);
}

const wordsOf = (text: string): string =>
	text
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}]+/gu, " ")
		.trim();
