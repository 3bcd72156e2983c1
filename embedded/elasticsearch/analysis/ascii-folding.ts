const FOLDS = new Map(
	Object.entries({
		ß: "ss",
		ẞ: "SS",
		æ: "ae",
		Æ: "AE",
		œ: "oe",
		Œ: "OE",
		ø: "o",
		Ø: "O",
		đ: "d",
		Đ: "D",
		ð: "d",
		Ð: "D",
		þ: "th",
		Þ: "TH",
		ł: "l",
		Ł: "L",
		ħ: "h",
		Ħ: "H",
		ı: "i",
		ŋ: "n",
		Ŋ: "N",
		ŧ: "t",
		Ŧ: "T",
		ſ: "s",
		ƒ: "f",
		ĳ: "ij",
		Ĳ: "IJ",
		ﬀ: "ff",
		ﬁ: "fi",
		ﬂ: "fl",
		ﬃ: "ffi",
		ﬄ: "ffl",
		ﬆ: "st",
		"‘": "'",
		"’": "'",
		"‚": "'",
		"‛": "'",
		"′": "'",
		"“": '"',
		"”": '"',
		"„": '"',
		"″": '"',
		"«": '"',
		"»": '"',
		"‐": "-",
		"‑": "-",
		"‒": "-",
		"–": "-",
		"—": "-",
		"⁄": "/",
		"⁰": "0",
		"¹": "1",
		"²": "2",
		"³": "3",
		"⁴": "4",
		"⁵": "5",
		"⁶": "6",
		"⁷": "7",
		"⁸": "8",
		"⁹": "9",
		"₀": "0",
		"₁": "1",
		"₂": "2",
		"₃": "3",
		"₄": "4",
		"₅": "5",
		"₆": "6",
		"₇": "7",
		"₈": "8",
		"₉": "9",
	}),
);
const NOT_ASCII = /\P{ASCII}/gu;

/** Letters with marks as their ASCII letters (`Ångström` is `Angstrom`), as Lucene's ASCIIFoldingFilter for Latin text. */
export function foldToAscii(term: string): string {
	for (let i = 0; i < term.length; i++) if (term.charCodeAt(i) > 0x7f) return term.replace(NOT_ASCII, fold);
	return term;
}

function fold(char: string): string {
	const direct = FOLDS.get(char);
	if (direct !== undefined) return direct;
	const code = char.codePointAt(0)!;
	if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
	const base = char.normalize("NFD")[0]!;
	return base.charCodeAt(0) < 0x80 ? base : (FOLDS.get(base) ?? char);
}
