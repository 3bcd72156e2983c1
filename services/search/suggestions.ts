import type { Category } from "../../schemas/product.ts";
import { wordsOf } from "./domain.ts";

export interface Suggestion {
	text: string;
	type: "product" | "category" | "vendor" | "phrase";
	id?: string;
}

/** How many of each kind at most, so that one kind does not push the others out. */
const MOST = { phrase: 3, category: 2, vendor: 2 };

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether each typed word begins a word of the text. */
export function begins(typed: string[], text: string): boolean {
	const words = wordsOf(plain(text));
	return typed.every((start) => words.some((word) => word.startsWith(start)));
}

export const typedWords = (q: string) => wordsOf(plain(q));

/** Those of the categories whose title begins so. */
export function matchingCategories(typed: string[], categories: Category[]): Suggestion[] {
	return categories
		.filter(({ title }) => begins(typed, title))
		.slice(0, MOST.category)
		.map(({ title, slug }) => ({ text: title, type: "category", id: slug }));
}

/** What titles say after the typed words: `red dr` goes on as `red dress`. The most frequent first. */
export function phrases(typed: string[], titles: string[]): Suggestion[] {
	const counts = new Map<string, number>();
	for (const title of titles) {
		const words = wordsOf(title.toLowerCase());
		const at = words.findIndex((_, i) => follows(words, i, typed));
		if (at < 0) continue;
		for (const more of [0, 1]) {
			const phrase = words.slice(at, at + typed.length + more);
			if (phrase.length === typed.length + more) counts.set(phrase.join(" "), (counts.get(phrase.join(" ")) ?? 0) + 1);
		}
	}
	const said = typed.join(" ");
	return [...counts]
		.filter(([phrase]) => plain(phrase) !== said)
		.sort((a, b) => b[1] - a[1] || a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1))
		.slice(0, MOST.phrase)
		.map(([text]) => ({ text, type: "phrase" }));
}

export function vendors(names: string[]): Suggestion[] {
	return names.slice(0, MOST.vendor).map((text) => ({ text, type: "vendor" }));
}

function follows(words: string[], at: number, typed: string[]): boolean {
	return typed.every((start, i) => {
		const word = words[at + i];
		if (word === undefined) return false;
		return i === typed.length - 1 ? plain(word).startsWith(start) : plain(word) === start;
	});
}
