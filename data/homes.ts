/** Where the buyers of demonstrations, tests and measurements live. */
export const HOME = {
	name: "Ada Buyer",
	line1: "179 N Harbor Dr",
	city: "Redondo Beach",
	state: "CA",
	postalCode: "90277",
	country: "US",
};

/** The same with a number, to which messages go. */
export const HOME_WITH_PHONE = { ...HOME, phone: "+14155550123" };

/** Another buyer's, under another state's taxes. */
export const NEW_YORK_HOME = {
	name: "Steve Brule",
	line1: "350 5th Ave",
	city: "New York",
	state: "NY",
	postalCode: "10118",
	country: "US",
};
