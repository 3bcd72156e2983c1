const digitsOf = (currency) =>
	new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;

/** Minor units as a plain decimal: `{ amount: 1999, currency: "USD" }` is "19.99". Exact, as no division is done. */
export function decimal({ amount, currency }) {
	const digits = digitsOf(currency);
	const sign = amount < 0 ? "-" : "";
	const figures = String(Math.abs(amount)).padStart(digits + 1, "0");
	return digits ? `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}` : `${sign}${figures}`;
}

/** `{ amount, currency }` in minor units as a person of the locale writes it. */
export const format = (money, locale) =>
	new Intl.NumberFormat(locale, { style: "currency", currency: money.currency }).format(decimal(money));

/** "19.99" typed by a person as minor units; null when it is no amount of the currency. */
export function minor(text, currency) {
	const digits = digitsOf(currency);
	const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
	if (!match || (match[2]?.length ?? 0) > digits) return null;
	return Number(match[1] + (match[2] ?? "").padEnd(digits, "0"));
}

/** Whole per cent between a price and what it was; null when it was not more. */
export const saving = (price, was) =>
	was && was.currency === price.currency && was.amount > price.amount
		? Math.floor(((was.amount - price.amount) * 100) / was.amount)
		: null;
