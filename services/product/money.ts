const digits = new Map<string, number>();

/** Decimals of a currency by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
	let known = digits.get(currency);
	if (known === undefined) {
		known = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
		digits.set(currency, known);
	}
	return known;
}

/** `24.9` as minor units (2490 in USD), exactly: digits are moved, nothing is calculated. Null for what is no such price. */
export function toMinor(price: string, currency: string): number | null {
	const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(price);
	if (!match) return null;
	const [, whole, fraction = ""] = match;
	const decimals = decimalsOf(currency);
	if (/[1-9]/.test(fraction.slice(decimals))) return null;
	const amount = Number(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
	return amount <= 9_000_000_000_000 ? amount : null;
}

/** 2490 as `24.90`. */
export function fromMinor(amount: number, currency: string): string {
	const decimals = decimalsOf(currency);
	if (decimals === 0) return String(amount);
	const padded = String(amount).padStart(decimals + 1, "0");
	return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}
