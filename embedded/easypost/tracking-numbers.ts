import { randomInt } from "node:crypto";

const digits = (count: number): string => String(randomInt(10 ** count)).padStart(count, "0");

/** The last digit of a UPS number: letters count as (code - 63) mod 10, every second character twice. */
export function upsCheckDigit(fifteen: string): number {
	let sum = 0;
	for (let i = 0; i < fifteen.length; i++) {
		const code = fifteen.charCodeAt(i);
		const value = code < 58 ? code - 48 : (code - 63) % 10;
		sum += i % 2 ? value * 2 : value;
	}
	return (10 - (sum % 10)) % 10;
}

/** The last digit of a twelve-digit FedEx number: weights 3, 1, 7 from the left, modulo 11, and 10 counts as 0. */
export function fedexCheckDigit(eleven: string): number {
	const weights = [3, 1, 7];
	let sum = 0;
	for (let i = 0; i < eleven.length; i++) sum += Number(eleven[i]) * weights[i % 3]!;
	return (sum % 11) % 10;
}

const UPS_SERVICE: Record<string, string> = {
	Ground: "03",
	"3DaySelect": "12",
	"2ndDayAir": "02",
	NextDayAirSaver: "13",
	NextDayAir: "01",
	UPSStandard: "68",
	UPSSaver: "66",
	Expedited: "67",
};

/** A tracking number of the carrier's own form, with a check digit that is right. */
export function trackingNumber(carrier: string, service: string): string {
	if (carrier === "UPS") {
		const head = `A1B2C3${UPS_SERVICE[service] ?? "03"}${digits(7)}`;
		return `1Z${head}${upsCheckDigit(head)}`;
	}
	const head = `7${digits(10)}`;
	return `${head}${fedexCheckDigit(head)}`;
}

/** The carrier whose form of number this is, or null. */
export function carrierOf(code: string): string | null {
	if (/^1Z[0-9A-Z]{16}$/.test(code)) return upsCheckDigit(code.slice(2, 17)) === Number(code[17]) ? "UPS" : null;
	if (/^\d{12}$/.test(code)) return fedexCheckDigit(code.slice(0, 11)) === Number(code[11]) ? "FedEx" : null;
	return /^EZ[1-7]0{8}[1-7]$/.test(code) ? "USPS" : null;
}
