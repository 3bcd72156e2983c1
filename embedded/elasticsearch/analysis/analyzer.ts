/** What stands at one position of a text: a term, several (synonyms, n-grams), or nothing (a word that was dropped). */
export type Token = string | string[] | null;
export type TokenFilter = (term: string) => Token;
export type CharFilter = (input: string) => string;
export type Analyzer = { name: string; analyze(input: string): Token[] };

const CACHED_TERMS = 20_000;

/** Char filters, a tokenizer and token filters in a row. What the filters make of a word is remembered, as words repeat. */
export function chain(
	name: string,
	charFilters: CharFilter[],
	tokenize: (input: string) => string[],
	filters: TokenFilter[],
): Analyzer {
	const cache = new Map<string, Token>();
	const filtered = (word: string): Token => {
		let token = cache.get(word);
		if (token === undefined) {
			token = filters.reduce<Token>(apply, word);
			if (cache.size >= CACHED_TERMS) cache.clear();
			// A slice of a text would keep the whole text alive.
			cache.set(detached(word), token);
		}
		return token;
	};
	return {
		name,
		analyze(input) {
			let prepared = input;
			for (const filter of charFilters) prepared = filter(prepared);
			const words = tokenize(prepared);
			const tokens: Token[] = new Array(words.length);
			for (let i = 0; i < words.length; i++) tokens[i] = filtered(words[i]!);
			return tokens;
		},
	};
}

function apply(token: Token, filter: TokenFilter): Token {
	if (token === null) return null;
	if (typeof token === "string") return detachedToken(filter(token));
	const all = new Set<string>();
	for (const term of token) {
		const next = filter(term);
		if (typeof next === "string") all.add(next);
		else if (next !== null) for (const each of next) all.add(each);
	}
	return all.size === 0 ? null : all.size === 1 ? [...all][0]! : [...all];
}

function detachedToken(token: Token): Token {
	return typeof token === "string" ? detached(token) : token;
}

// V8 makes a slice of 13 or more characters a view of its parent.
function detached(term: string): string {
	return term.length < 13 ? term : Buffer.from(term, "utf16le").toString("utf16le");
}
