import test from "ava";
import { plainText, wordsOf } from "./domain.ts";
import { phrases, typedWords } from "./suggestions.ts";

test("the words of a description are searched, not its markup", (t) => {
	t.is(
		plainText("<p>Fish &amp; chips&nbsp;for <b>two</b> &#8364;5</p>").replace(/\s+/g, " ").trim(),
		"Fish & chips for two €5",
	);
	t.is(plainText("x".repeat(50_000)).length, 10_000);
});

test("a question of many words is cut", (t) => {
	t.deepEqual(wordsOf("can't stop: USB-C 3.1!"), ["can't", "stop", "USB", "C", "3.1"]);
	t.is(wordsOf("a ".repeat(100)).length, 12);
});

test("what titles say after the typed words is offered, the most frequent first", (t) => {
	const titles = ["Wireless mouse black", "Wireless mouse white", "Café mouse pad", "Wireless modem"];
	t.deepEqual(
		phrases(typedWords("wireless m"), titles).map(({ text }) => text),
		["wireless mouse", "wireless modem", "wireless mouse black"],
	);
	t.deepEqual(
		phrases(typedWords("CAFE"), titles).map(({ text }) => text),
		["café mouse"],
	);
	t.deepEqual(phrases(typedWords("pad mouse"), titles), []);
});
