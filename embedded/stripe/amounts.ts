import { badParam } from "./errors.ts";

// The least that can be charged, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
const MINIMUM: Record<string, number> = {
	aed: 200,
	aud: 50,
	bgn: 100,
	brl: 50,
	cad: 50,
	chf: 50,
	czk: 1500,
	dkk: 250,
	eur: 50,
	gbp: 30,
	hkd: 400,
	huf: 17500,
	inr: 50,
	jpy: 50,
	mxn: 1000,
	myr: 200,
	nok: 300,
	nzd: 50,
	pln: 200,
	ron: 200,
	sek: 300,
	sgd: 50,
	thb: 1000,
	usd: 50,
};
const MOST = 99_999_999;

/** Refuses what Stripe would not charge. */
export function checkAmount(amount: number, currency: string): void {
	const least = MINIMUM[currency] ?? 1;
	if (amount < least) throw badParam(`Amount must be at least ${money(least, currency)}`, "amount", "amount_too_small");
	if (amount > MOST)
		throw badParam(`Amount must be no more than ${money(MOST, currency)}`, "amount", "amount_too_large");
}

const formats = new Map<string, Intl.NumberFormat>();

/** `1999, "usd"` as `$19.99`. */
export function money(amount: number, currency: string): string {
	let format = formats.get(currency);
	if (!format) {
		format = new Intl.NumberFormat("en-US", { style: "currency", currency });
		formats.set(currency, format);
	}
	return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits!);
}
