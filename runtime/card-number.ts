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

const BACKSLASH = 92;

/**
 * The characters that JSON's escapes of Latin 1 hide; what is no Latin 1 may come out as anything. In one pass over the
 * characters: a replacement for every escape of a megabyte would keep everybody waiting.
 */
function unescaped(text: string): string {
	const characters = Buffer.allocUnsafe(text.length);
	let length = 0;
	for (let i = 0; i < text.length; i++) {
		let character = text.charCodeAt(i);
		if (character === BACKSLASH && text.startsWith("u00", i + 1)) {
			const code = digitAt(text, i + 4) * 16 + digitAt(text, i + 5);
			if (code >= 0) {
				character = code;
				i += 5;
			}
		}
		characters[length++] = character;
	}
	return characters.latin1Slice(0, length);
}

/** A hexadecimal digit's value; far below 0 where there is none. */
function digitAt(text: string, index: number): number {
	const code = text.charCodeAt(index) | 32;
	if (code >= 48 && code <= 57) return code - 48;
	return code >= 97 && code <= 102 ? code - 87 : -1_000;
}

function luhn(digits: string): boolean {
	let sum = 0;
	for (let i = 0; i < digits.length; i++) {
		let digit = Number(digits[digits.length - 1 - i]);
		if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 === 0;
}
