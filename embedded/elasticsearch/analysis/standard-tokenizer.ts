// Word breaks of Unicode's UAX #29 as Lucene's StandardTokenizer applies them: https://unicode.org/reports/tr29/
const OTHER = 1;
const LETTER = 2;
const NUMBER = 3;
const JOINER = 4;
const IDEOGRAPH = 5;
const KATAKANA = 6;
const MID_LETTER = 7;
const MID_NUMBER = 8;
const MID_BOTH = 9;
const EXTEND = 10;
const EMOJI = 11;
const COMPLEX = 12;

const MID_LETTERS = new Set([0x3a, 0xb7, 0x387, 0x55f, 0x5f4, 0x2027, 0xfe13, 0xfe55, 0xff1a]);
const MID_NUMBERS = new Set([
	0x2c, 0x3b, 0x37e, 0x589, 0x60c, 0x60d, 0x66c, 0x7f8, 0x2044, 0xfe10, 0xfe14, 0xff0c, 0xff1b,
]);
const MID_BOTHS = new Set([0x27, 0x2e, 0x2018, 0x2019, 0x2024, 0xfe52, 0xff07, 0xff0e]);
const MAX_TOKEN = 255;

// Filled as characters are met; what a character is never changes.
const known = new Uint8Array(0x10000);

/** Splits text into words; punctuation is dropped, an emoji is a word. */
export function standardTokens(input: string): string[] {
	const tokens: string[] = [];
	const end = input.length;
	let at = 0;
	while (at < end) {
		const kind = kindAt(input, at);
		const start = at;
		if (kind === LETTER || kind === NUMBER || kind === JOINER || kind === KATAKANA) {
			at = wordEnd(input, at, kind);
			if (kind !== JOINER || !onlyJoiners(input, start, at)) push(tokens, input, start, at);
			continue;
		}
		at += width(input, at);
		if (kind === OTHER || kind === EXTEND || (kind >= MID_LETTER && kind <= MID_BOTH)) continue;
		while (at < end && (kindAt(input, at) === EXTEND || (kind === COMPLEX && kindAt(input, at) === COMPLEX))) at++;
		tokens.push(input.slice(start, at));
	}
	return tokens;
}

function wordEnd(input: string, start: number, first: number): number {
	let last = first;
	let at = start + width(input, start);
	while (at < input.length) {
		const kind = kindAt(input, at);
		if (kind === EXTEND) {
			at += width(input, at);
			continue;
		}
		if (kind === LETTER || kind === NUMBER) {
			if (last === KATAKANA) break;
		} else if (kind === KATAKANA) {
			if (last !== KATAKANA && last !== JOINER) break;
		} else if (kind !== JOINER) {
			const joins =
				(last === LETTER && (kind === MID_LETTER || kind === MID_BOTH)) ||
				(last === NUMBER && (kind === MID_NUMBER || kind === MID_BOTH));
			if (!joins || at + 1 >= input.length || kindAt(input, at + 1) !== last) break;
			at += 1 + width(input, at + 1);
			continue;
		}
		last = kind;
		at += width(input, at);
	}
	return at;
}

function push(tokens: string[], input: string, start: number, end: number): void {
	for (let from = start; from < end; from += MAX_TOKEN) tokens.push(input.slice(from, Math.min(end, from + MAX_TOKEN)));
}

function onlyJoiners(input: string, start: number, end: number): boolean {
	for (let at = start; at < end; at++) {
		const kind = kindAt(input, at);
		if (kind !== JOINER && kind !== EXTEND) return false;
	}
	return true;
}

function width(input: string, at: number): number {
	return input.codePointAt(at)! > 0xffff ? 2 : 1;
}

function kindAt(input: string, at: number): number {
	const unit = input.charCodeAt(at);
	if (unit >= 0xd800 && unit <= 0xdfff) return classify(input.codePointAt(at)!);
	let kind = known[unit]!;
	if (kind === 0) {
		kind = classify(unit);
		known[unit] = kind;
	}
	return kind;
}

function classify(code: number): number {
	if (MID_LETTERS.has(code)) return MID_LETTER;
	if (MID_NUMBERS.has(code)) return MID_NUMBER;
	if (MID_BOTHS.has(code)) return MID_BOTH;
	const char = String.fromCodePoint(code);
	if (/\p{Nd}/u.test(char)) return NUMBER;
	if (/\p{Pc}/u.test(char)) return JOINER;
	if (/\p{M}|\p{Cf}/u.test(char)) return EXTEND;
	if (/\p{Ideographic}|\p{Script=Hiragana}/u.test(char)) return IDEOGRAPH;
	if (/\p{Script=Katakana}|ー/u.test(char)) return KATAKANA;
	if (/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(char)) return COMPLEX;
	if (/\p{Alphabetic}/u.test(char)) return LETTER;
	if (code > 0x7f && /\p{Extended_Pictographic}/u.test(char)) return EMOJI;
	return OTHER;
}
