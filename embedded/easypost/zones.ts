/** A US state or territory: ZIP prefixes (first three digits), a point near its middle, its main time zone. */
interface State {
	ranges: ReadonlyArray<readonly [number, number]>;
	lat: number;
	lon: number;
	timeZone: string;
}

// code:prefix ranges:latitude:longitude:time zone. Prefixes after the Postal Service's labelling list L002.
const TABLE = `
AL:350-369:32.8:-86.8:Chicago|AK:995-999:61.4:-152.3:Anchorage|AZ:850-865:33.7:-111.4:Phoenix|AR:716-729,755-755:34.9:-92.4:Chicago
CA:900-961:36.1:-119.7:Los_Angeles|CO:800-816:39.1:-105.3:Denver|CT:60-69:41.6:-72.8:New_York|DE:197-199:39.3:-75.5:New_York
DC:200-205,569-569:38.9:-77:New_York|FL:320-349:27.8:-81.7:New_York|GA:300-319,398-399:33:-83.6:New_York|HI:967-968:21.1:-157.5:Honolulu
ID:832-838:44.2:-114.5:Boise|IL:600-629:40.3:-89:Chicago|IN:460-479:39.8:-86.3:Indianapolis|IA:500-528:42:-93.2:Chicago
KS:660-679:38.5:-96.7:Chicago|KY:400-427:37.7:-84.7:New_York|LA:700-714:31.2:-91.9:Chicago|ME:39-49:44.7:-69.4:New_York
MD:206-219:39.1:-76.8:New_York|MA:10-27,55-55:42.2:-71.5:New_York|MI:480-499:43.3:-84.5:Detroit|MN:550-567:45.7:-93.9:Chicago
MS:386-397:32.7:-89.7:Chicago|MO:630-658:38.5:-92.3:Chicago|MT:590-599:46.9:-110.5:Denver|NE:680-693:41.1:-98.3:Chicago
NV:889-898:38.3:-117.1:Los_Angeles|NH:30-38:43.5:-71.6:New_York|NJ:70-89:40.3:-74.5:New_York|NM:870-884:34.8:-106.2:Denver
NY:5-5,63-63,100-149:42.2:-74.9:New_York|NC:270-289:35.6:-79.8:New_York|ND:580-588:47.5:-99.8:Chicago|OH:430-459:40.4:-82.8:New_York
OK:730-749:35.6:-96.9:Chicago|OR:970-979:44.6:-122.1:Los_Angeles|PA:150-196:40.6:-77.2:New_York|RI:28-29:41.7:-71.5:New_York
SC:290-299:33.9:-80.9:New_York|SD:570-577:44.3:-99.4:Chicago|TN:370-385:35.7:-86.7:Chicago|TX:750-799,885-885:31.1:-97.6:Chicago
UT:840-847:40.2:-111.9:Denver|VT:50-59:44:-72.7:New_York|VA:201-201,220-246:37.8:-78.2:New_York|WA:980-994:47.4:-121.5:Los_Angeles
WV:247-268:38.5:-81:New_York|WI:530-549:44.3:-89.6:Chicago|WY:820-831:42.8:-107.3:Denver|PR:6-7,9-9:18.2:-66.5:Puerto_Rico
VI:8-8:18.3:-64.9:Puerto_Rico|GU:969-969:13.4:144.8:Guam`;

const STATES = new Map<string, State>();
for (const row of TABLE.trim().split(/[|\n]/)) {
	const [code, ranges, lat, lon, zone] = row.split(":");
	STATES.set(code!, {
		ranges: ranges!.split(",").map((range) => range.split("-").map(Number) as [number, number]),
		lat: Number(lat),
		lon: Number(lon),
		timeZone: zone === "Guam" ? "Pacific/Guam" : zone === "Honolulu" ? "Pacific/Honolulu" : `America/${zone}`,
	});
}

// From the United States outward: neighbours, western Europe, the rest of Europe and the rich Pacific, and all else.
const FOREIGN: ReadonlyArray<readonly [zone: number, countries: string]> = [
	[1, "CA MX"],
	[2, "AT BE CH DE DK ES FI FR GB IE IT LU MC NL NO PT SE"],
	[3, "AU BG CY CZ EE GR HK HR HU IL IS JP KR LI LT LV MT NZ PL RO SG SI SK TW"],
	[
		4,
		"AE AR BB BR BS CL CN CO CR DO EC EG GE GT HN ID IN JM JO KE KW KZ LK MA MD ME MK MU MY NG PA PE PH PK QA RS SA TH TN TR TT UA UY VN ZA",
	],
];

/** The state's record, or undefined for a code that is none. */
export const stateOf = (code: string | null): State | undefined => STATES.get(code?.toUpperCase() ?? "");

/** Does this ZIP (five digits, or nine with a dash) begin with one of the state's prefixes? */
export function zipFits(zip: string | null, state: State): boolean {
	if (!/^\d{5}(-?\d{4})?$/.test(zip ?? "")) return false;
	const prefix = Number(zip!.slice(0, 3));
	return state.ranges.some(([from, to]) => prefix >= from && prefix <= to);
}

/** A carrier's distance zone: 2-9 within the United States, 1-4 abroad (or within one other country: 0). */
export type Zone = { domestic: boolean; zone: number };

const miles = (a: State, b: State): number => {
	const radians = Math.PI / 180;
	const lat = ((b.lat - a.lat) * radians) / 2;
	const lon = ((b.lon - a.lon) * radians) / 2;
	const h = Math.sin(lat) ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(lon) ** 2;
	return 7918 * Math.asin(Math.sqrt(h));
};

/** Zones by distance as the parcel carriers cut them: up to 150, 300, 600, 1000, 1400 and 1800 miles, and beyond. */
function domesticZone(from: Place, to: Place): number | null {
	const a = stateOf(from.state);
	const b = stateOf(to.state);
	if (!a || !b) return null;
	const apart = Math.abs(Number.parseInt(from.zip ?? "", 10) - Number.parseInt(to.zip ?? "", 10)) / 100;
	if (a === b) return apart <= 3 ? 2 : apart <= 15 ? 3 : 4;
	if (a.lat < 25 || b.lat < 25 || a.lat > 55 || b.lat > 55) return 9;
	const limits = [150, 300, 600, 1000, 1400, 1800];
	const distance = miles(a, b);
	const index = limits.findIndex((limit) => distance <= limit);
	return index < 0 ? 8 : index + 2;
}

interface Place {
	country: string | null;
	state: string | null;
	zip: string | null;
}

const foreignZone = (country: string): number | null =>
	country === "US" ? 0 : (FOREIGN.find(([, list]) => list.includes(country))?.[0] ?? null);

/** Do the stand-in's carriers serve this country (ISO 3166-1 alpha-2)? */
export const served = (country: string | null): boolean =>
	country !== null && /^[A-Z]{2}$/.test(country) && foreignZone(country) !== null;

/** The zone between two addresses, or null where no carrier of the stand-in goes. */
export function zoneBetween(from: Place, to: Place): Zone | null {
	if (!served(from.country) || !served(to.country)) return null;
	if (from.country === "US" && to.country === "US") {
		const zone = domesticZone(from, to);
		return zone === null ? null : { domestic: true, zone };
	}
	if (from.country === to.country) return { domestic: false, zone: 0 };
	return { domestic: false, zone: Math.max(foreignZone(from.country!)!, foreignZone(to.country!)!) };
}
