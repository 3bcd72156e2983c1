import test from "ava";
import { plain } from "./plain.ts";

const address = {
	name: "Ada King",
	company: "Engines Ltd",
	line1: "12 St James's Square",
	city: "London",
	postalCode: "SW1Y 4JH",
	country: "GB",
	phone: "+447700900123",
};
const at = "2026-01-01T00:00:00.000Z";
const said = (message: string) => [{ at, status: "delivered" as const, message }];
const parcel = { email: "ada@example.com", address, events: [] };

test("carriers' words that name the addressee, the street or a phone are not kept", (t) => {
	for (const message of [
		"Delivered. Signed by: KING",
		"Left with ada at reception",
		"Delivered to 12 St. James's Square",
		"Engines Ltd, front desk",
		"Mail sent to ada@example.com",
	])
		t.notRegex(plain(said(message), parcel)[0]!.message, /ada|king|james|engines/i, message);
	t.is(plain(said("Called +447700900123"), parcel)[0]!.message, "Called <phone>");
});

test("other words of carriers are shown as they are", (t) => {
	for (const message of ["Arrived at facility, LONDON", "Taking a detour: Kingston closed", ""])
		t.is(plain(said(message), parcel)[0]!.message, message);
});

test("about an erased person's parcel only what happened is kept, each once", (t) => {
	const events = [{ seq: 1, at, status: "delivered" as const, message: "Delivered, front door" }];
	const erased = { email: "", address: { ...address, name: "erased" }, events };
	const later = { at: "2026-01-02T00:00:00.000Z", status: "returned" as const, message: "Refused by KING" };
	t.deepEqual(plain([...said("Delivered to KING"), later], erased), [{ ...later, message: "On its way back" }]);
	t.deepEqual(plain([later], null), [{ ...later, message: "On its way back" }]);
});
