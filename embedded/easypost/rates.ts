import { now, rateId } from "./ids.ts";
import type { Address } from "./verify.ts";
import { type Zone, zoneBetween } from "./zones.ts";

/** Inches and ounces; a length of null is a parcel of unknown size. */
export interface Parcel {
	id: string;
	object: "Parcel";
	created_at: string;
	updated_at: string;
	length: number | null;
	width: number | null;
	height: number | null;
	predefined_package: string | null;
	weight: number;
	mode: "test";
}

/** EasyPost's Rate object; amounts are decimal strings of `currency`. */
export interface Rate {
	id: string;
	object: "Rate";
	created_at: string;
	updated_at: string;
	mode: "test";
	service: string;
	carrier: string;
	rate: string;
	currency: string;
	retail_rate: string;
	retail_currency: string;
	list_rate: string;
	list_currency: string;
	billing_type: "easypost";
	delivery_days: number;
	delivery_date: string;
	delivery_date_guaranteed: boolean;
	est_delivery_days: number;
	shipment_id: string;
	carrier_account_id: string;
}

export interface RateMessage {
	carrier: string;
	carrier_account_id: string;
	type: "rate_error";
	message: string;
}

/** A price list: cents for the first pound, for each further one, and what a zone adds to both (in hundredths). */
interface Service {
	carrier: "FedEx" | "UPS";
	name: string;
	scope: "domestic" | "abroad";
	first: number;
	pound: number;
	perZone: number;
	/** What the account pays of the list price, in hundredths. */
	share: number;
	/** Working days by zone, from zone 2 (at home) or 0 (abroad). */
	days: readonly number[];
	guaranteed: boolean;
}

const GROUND_DAYS = [1, 2, 2, 3, 4, 4, 5, 6];
const all = (days: number): number[] => GROUND_DAYS.map(() => days);

const SERVICES: readonly Service[] = [
	["FedEx", "FEDEX_GROUND", "domestic", 1055, 62, 9, 78, GROUND_DAYS, false],
	["FedEx", "FEDEX_EXPRESS_SAVER", "domestic", 2290, 145, 14, 71, all(3), true],
	["FedEx", "FEDEX_2_DAY", "domestic", 2610, 178, 15, 70, all(2), true],
	["FedEx", "STANDARD_OVERNIGHT", "domestic", 4420, 265, 18, 68, all(1), true],
	["FedEx", "PRIORITY_OVERNIGHT", "domestic", 4980, 280, 18, 68, all(1), true],
	["UPS", "Ground", "domestic", 1085, 60, 9, 76, GROUND_DAYS, false],
	["UPS", "3DaySelect", "domestic", 2205, 139, 14, 72, all(3), true],
	["UPS", "2ndDayAir", "domestic", 2655, 172, 15, 69, all(2), true],
	["UPS", "NextDayAirSaver", "domestic", 4345, 258, 18, 68, all(1), true],
	["UPS", "NextDayAir", "domestic", 5060, 284, 18, 68, all(1), true],
	["FedEx", "INTERNATIONAL_ECONOMY", "abroad", 4890, 410, 22, 64, [3, 4, 5, 5, 6], false],
	["FedEx", "INTERNATIONAL_PRIORITY", "abroad", 6480, 540, 24, 62, [1, 2, 2, 3, 4], true],
	["UPS", "UPSStandard", "abroad", 2980, 215, 20, 72, [3, 5], false],
	["UPS", "Expedited", "abroad", 4760, 402, 22, 65, [3, 4, 4, 5, 6], false],
	["UPS", "UPSSaver", "abroad", 6390, 528, 24, 62, [1, 2, 2, 3, 4], true],
].map(
	([carrier, name, scope, first, pound, perZone, share, days, guaranteed]) =>
		({ carrier, name, scope, first, pound, perZone, share, days, guaranteed }) as Service,
);

const ACCOUNT = { FedEx: "ca_0fedex00000000000000000000000001", UPS: "ca_0ups0000000000000000000000000001" } as const;

const money = (cents: number): string => (cents / 100).toFixed(2);

/** What the carriers charge for: the weight, or the size over 139 cubic inches a pound when that is more; whole pounds. */
export function billablePounds(parcel: Parcel): number {
	const { length, width, height } = parcel;
	const volume = (length ?? 0) * (width ?? 0) * (height ?? 0);
	return Math.max(1, Math.ceil(parcel.weight / 16), Math.ceil(volume / 139));
}

/** The end of the working day `days` after `from`, without weekends. */
function deliveryDate(from: Date, days: number): string {
	const date = new Date(from);
	for (let left = days; left > 0; ) {
		date.setUTCDate(date.getUTCDate() + 1);
		if (date.getUTCDay() % 6) left--;
	}
	return `${date.toISOString().slice(0, 10)}T23:59:00Z`;
}

/** What keeps the carriers from taking the parcel, or null. */
function refusal(parcel: Parcel | null, zone: Zone | null): string | null {
	if (!parcel) return "Unable to retrieve rates without a parcel.";
	if (!zone) return "The carrier does not serve this origin and destination.";
	const sides = [parcel.length ?? 0, parcel.width ?? 0, parcel.height ?? 0].sort((a, b) => b - a);
	if (parcel.weight > 2400) return "The maximum per package weight is 150.00 pounds.";
	if (sides[0]! > 108 || sides[0]! + 2 * (sides[1]! + sides[2]!) > 165) return "Package exceeds the maximum size.";
	return null;
}

/** The rates of every service that goes there. The same shipment gets the same prices at any time. */
export function quote(
	shipmentId: string,
	from: Address,
	to: Address,
	parcel: Parcel | null,
): { rates: Rate[]; messages: RateMessage[]; zone: number | null } {
	const zone = zoneBetween(from, to);
	const refused = refusal(parcel, zone);
	if (refused !== null || !parcel || !zone) {
		const messages = (["FedEx", "UPS"] as const).map((carrier) => ({
			carrier,
			carrier_account_id: ACCOUNT[carrier],
			type: "rate_error" as const,
			message: refused!,
		}));
		return { rates: [], messages, zone: zone?.domestic ? zone.zone : null };
	}
	const pounds = billablePounds(parcel);
	const at = new Date();
	const steps = zone.domestic ? zone.zone - 2 : zone.zone;
	const rates: Rate[] = [];
	for (const service of SERVICES) {
		const days = service.days[steps];
		if ((service.scope === "domestic") !== zone.domestic || days === undefined) continue;
		const list = Math.round(((service.first + service.pound * (pounds - 1)) * (100 + service.perZone * steps)) / 100);
		rates.push({
			id: rateId(shipmentId, rates.length),
			object: "Rate",
			created_at: now(at),
			updated_at: now(at),
			mode: "test",
			service: service.name,
			carrier: service.carrier,
			rate: money(Math.round((list * service.share) / 100)),
			currency: "USD",
			retail_rate: money(Math.round(list * 1.12)),
			retail_currency: "USD",
			list_rate: money(list),
			list_currency: "USD",
			billing_type: "easypost",
			delivery_days: days,
			delivery_date: deliveryDate(at, days),
			delivery_date_guaranteed: service.guaranteed,
			est_delivery_days: days,
			shipment_id: shipmentId,
			carrier_account_id: ACCOUNT[service.carrier],
		});
	}
	return { rates, messages: [], zone: zone.domestic ? zone.zone : null };
}
