const CARD = /(?<![A-Za-z0-9_+.-])(?:\d[ -]?){13,18}\d(?![A-Za-z0-9_])/g;

/** Whether a text holds a payment card's number: 14 to 19 digits of a card network that pass the check of ISO/IEC 7812-1 annex B. */
export function holdsCardNumber(text: string): boolean {
	for (const [found] of (text.includes("\\u00") ? unescaped(text) : text).matchAll(CARD)) {
		const digits = found.replace(/\D/g, "");
		if (
			/^(4\d{15}|4\d{18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d)\d{12}|35\d{14})$/.test(
				digits,
			) &&
			luhn(digits)
		) {
			return true;
		}
	}
	return false;
}

/** Digits, blanks and dashes that JSON's escapes hide. */
const unescaped = (text: string) =>
	text.replace(/\\u00(2[0d]|3\d)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

function luhn(digits: string): boolean {
	let sum = 0;
	for (let i = 0; i < digits.length; i++) {
		let digit = Number(digits[digits.length - 1 - i]);
		if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 === 0;
}
