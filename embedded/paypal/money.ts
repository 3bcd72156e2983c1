import { malformed, refused } from "./errors.ts";

/** An amount as PayPal writes it: `{ currency_code: "USD", value: "19.99" }`. */
export type Money = { currency_code: string; value: string };

// https://developer.paypal.com/api/rest/reference/currency-codes/; three of them have no decimals.
const CURRENCIES = new Set(
	"AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD".split(" "),
);
const WHOLE = new Set(["HUF", "JPY", "TWD"]);

const decimals = (currency: string) => (WHOLE.has(currency) ? 0 : 2);

/** The amount in minor units. */
export function minor({ currency_code, value }: Money): number {
	const [whole = "0", part = ""] = value.split(".");
	const places = decimals(currency_code);
	return Number(whole + part.padEnd(places, "0").slice(0, places));
}

/** Minor units as an amount: `1999, "USD"` is `"19.99"`. */
export function money(amount: number, currency_code: string): Money {
	if (WHOLE.has(currency_code)) return { currency_code, value: String(amount) };
	const text = String(Math.abs(amount)).padStart(3, "0");
	return { currency_code, value: `${amount < 0 ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}` };
}

/** Reads an amount from a request: a decimal string in a known currency, above zero unless `zero` is allowed. */
export function readMoney(given: unknown, field: string, { zero = false } = {}): Money {
	if (typeof given !== "object" || given === null) throw malformed("MISSING_REQUIRED_PARAMETER", field);
	const { currency_code, value } = given as Partial<Money>;
	if (currency_code === undefined) throw malformed("MISSING_REQUIRED_PARAMETER", `${field}/currency_code`);
	if (value === undefined) throw malformed("MISSING_REQUIRED_PARAMETER", `${field}/value`);
	if (typeof currency_code !== "string" || currency_code.length !== 3)
		throw malformed("INVALID_STRING_LENGTH", `${field}/currency_code`);
	if (typeof value !== "string" || !/^-?\d{1,15}(\.\d+)?$/.test(value))
		throw malformed("INVALID_PARAMETER_SYNTAX", `${field}/value`);
	if (!CURRENCIES.has(currency_code)) throw refused("INVALID_CURRENCY_CODE", `${field}/currency_code`);
	const places = value.split(".")[1]?.length ?? 0;
	if (places > decimals(currency_code))
		throw refused(decimals(currency_code) === 0 ? "DECIMALS_NOT_SUPPORTED" : "DECIMAL_PRECISION", `${field}/value`);
	const amount = minor({ currency_code, value });
	if (zero && value.startsWith("-")) throw refused("CANNOT_BE_NEGATIVE", `${field}/value`);
	if (!zero && amount <= 0) throw refused("CANNOT_BE_ZERO_OR_NEGATIVE", `${field}/value`);
	return money(amount, currency_code);
}
