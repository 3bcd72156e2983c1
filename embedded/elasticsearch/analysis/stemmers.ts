/** Cuts `'s` off, with any of the apostrophes (Lucene's EnglishPossessiveFilter). */
export function possessive(term: string): string {
	const end = term.length - 2;
	if (end < 0 || (term[end + 1] !== "s" && term[end + 1] !== "S")) return term;
	const mark = term[end];
	return mark === "'" || mark === "\u2019" || mark === "\uff07" ? term.slice(0, end) : term;
}

/** Only plurals (Lucene's EnglishMinimalStemmer, after Harman's S-stemmer). */
export function minimalEnglish(term: string): string {
	const end = term.length;
	if (end < 3 || term[end - 1] !== "s") return term;
	const before = term[end - 2];
	if (before === "u" || before === "s") return term;
	if (before === "e") {
		const third = term[end - 3];
		if (end > 3 && third === "i" && term[end - 4] !== "a" && term[end - 4] !== "e") return `${term.slice(0, -3)}y`;
		if (third === "i" || third === "a" || third === "o" || third === "e") return term;
	}
	return term.slice(0, -1);
}

const STEP_2: [string, string][] = [
	["ational", "ate"],
	["tional", "tion"],
	["enci", "ence"],
	["anci", "ance"],
	["izer", "ize"],
	["bli", "ble"],
	["alli", "al"],
	["entli", "ent"],
	["eli", "e"],
	["ousli", "ous"],
	["ization", "ize"],
	["ation", "ate"],
	["ator", "ate"],
	["alism", "al"],
	["iveness", "ive"],
	["fulness", "ful"],
	["ousness", "ous"],
	["aliti", "al"],
	["iviti", "ive"],
	["biliti", "ble"],
	["logi", "log"],
];
const STEP_3: [string, string][] = [
	["icate", "ic"],
	["ative", ""],
	["alize", "al"],
	["iciti", "ic"],
	["ical", "ic"],
	["ful", ""],
	["ness", ""],
];
const STEP_4 = [
	"al",
	"ance",
	"ence",
	"er",
	"ic",
	"able",
	"ible",
	"ant",
	"ement",
	"ment",
	"ent",
	"ion",
	"ou",
	"ism",
	"ate",
	"iti",
	"ous",
	"ive",
	"ize",
];

/** Porter's stemmer of 1980 with its author's later changes, as in Lucene: https://tartarus.org/martin/PorterStemmer/ */
export function porter(word: string): string {
	if (word.length < 3) return word;
	let w = word;
	if (w.endsWith("sses") || w.endsWith("ies")) w = w.slice(0, -2);
	else if (w.endsWith("s") && !w.endsWith("ss")) w = w.slice(0, -1);

	if (w.endsWith("eed")) {
		if (measure(w, w.length - 3) > 0) w = w.slice(0, -1);
	} else {
		const cut = w.endsWith("ed") ? 2 : w.endsWith("ing") ? 3 : 0;
		if (cut > 0 && hasVowel(w, w.length - cut)) {
			w = w.slice(0, -cut);
			if (w.endsWith("at") || w.endsWith("bl") || w.endsWith("iz")) w += "e";
			else if (doubled(w) && !/[lsz]$/.test(w)) w = w.slice(0, -1);
			else if (measure(w, w.length) === 1 && short(w, w.length)) w += "e";
		}
	}
	if (w.endsWith("y") && hasVowel(w, w.length - 1)) w = `${w.slice(0, -1)}i`;
	w = replaced(w, STEP_2);
	w = replaced(w, STEP_3);
	w = cutLast(w);
	if (w.endsWith("e")) {
		const m = measure(w, w.length - 1);
		if (m > 1 || (m === 1 && !short(w, w.length - 1))) w = w.slice(0, -1);
	}
	return w.endsWith("ll") && measure(w, w.length) > 1 ? w.slice(0, -1) : w;
}

function replaced(w: string, table: [string, string][]): string {
	let best: [string, string] | undefined;
	for (const rule of table) if (w.endsWith(rule[0]) && (!best || rule[0].length > best[0].length)) best = rule;
	if (!best || measure(w, w.length - best[0].length) === 0) return w;
	return w.slice(0, -best[0].length) + best[1];
}

function cutLast(w: string): string {
	let best = "";
	for (const suffix of STEP_4) if (suffix.length > best.length && w.endsWith(suffix)) best = suffix;
	const end = w.length - best.length;
	if (best === "" || measure(w, end) <= 1) return w;
	if (best === "ion" && w[end - 1] !== "s" && w[end - 1] !== "t") return w;
	return w.slice(0, end);
}

function consonant(w: string, i: number): boolean {
	const c = w[i];
	if (c === "a" || c === "e" || c === "i" || c === "o" || c === "u") return false;
	return c !== "y" || i === 0 || !consonant(w, i - 1);
}

/** How often a run of vowels is followed by consonants in the first `end` letters. */
function measure(w: string, end: number): number {
	let n = 0;
	for (let i = 1; i < end; i++) if (consonant(w, i) && !consonant(w, i - 1)) n++;
	return n;
}

function hasVowel(w: string, end: number): boolean {
	for (let i = 0; i < end; i++) if (!consonant(w, i)) return true;
	return false;
}

function doubled(w: string): boolean {
	const i = w.length - 1;
	return i > 0 && w[i] === w[i - 1] && consonant(w, i);
}

/** Ends in consonant, vowel, consonant, the last of them not w, x or y: `hop`, but not `snow`. */
function short(w: string, end: number): boolean {
	const i = end - 1;
	if (i < 2 || !consonant(w, i) || consonant(w, i - 1) || !consonant(w, i - 2)) return false;
	return w[i] !== "w" && w[i] !== "x" && w[i] !== "y";
}
