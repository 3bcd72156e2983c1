import { Rubbish } from "./provider.ts";

// PayPal takes these without decimals: https://developer.paypal.com/api/rest/reference/currency-codes/
const WHOLE = new Set(["HUF", "TWD"]);
const digits = new Map<string, number>();

/** How many digits of a currency stand behind the point. */
function exponentOf(currency: string): number {
	let found = digits.get(currency);
	if (found === undefined) {
		found = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
		digits.set(currency, found);
	}
	return found;
}

/** Minor units as PayPal writes them: 1999 USD is `{ currencyCode: "USD", value: "19.99" }`. */
export function paypalMoney(amount: number, currency: string): { currencyCode: string; value: string } {
	const exponent = exponentOf(currency);
	const text = String(amount).padStart(exponent + 1, "0");
	const [whole, part] = [text.slice(0, text.length - exponent), text.slice(text.length - exponent)];
	if (exponent === 0) return { currencyCode: currency, value: text };
	// A fraction that PayPal does not take is left for it to refuse, rather than rounded here.
	const value = WHOLE.has(currency) && /^0+$/.test(part) ? whole : `${whole}.${part}`;
	return { currencyCode: currency, value };
}

/** PayPal's amount in minor units. @throws Rubbish */
export function minorUnits(money: { currencyCode: string; value: string } | undefined): {
	amount: number;
	currency: string;
} {
	const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(money?.value ?? "");
	if (!match || !/^[A-Z]{3}$/.test(money!.currencyCode)) throw new Rubbish("an amount that is none");
	const exponent = exponentOf(money!.currencyCode);
	const part = (match[2] ?? "").padEnd(exponent, "0");
	if (/[1-9]/.test(part.slice(exponent))) throw new Rubbish("an amount with too many decimals");
	return { amount: Number(match[1] + part.slice(0, exponent)), currency: money!.currencyCode };
}
