import test from "ava";
import { foldToAscii } from "./ascii-folding.ts";
import { analysisOf } from "./registry.ts";
import { standardTokens } from "./standard-tokenizer.ts";
import { minimalEnglish, porter, possessive } from "./stemmers.ts";

// The expectations are what Elasticsearch 9.4.3 answers to _analyze.

test("text is cut into words as Elasticsearch cuts it", (t) => {
	const words =
		"can't startech.com a:b 2.13 1,000 1;2 dv7-1211ea foo_bar ® ½ 43.2cm (17\") O'Neil’s 3M™ x86/64 C++ AT&T Wi·Fi a..b x². 10GBASE-T USB3.0";
	t.deepEqual(standardTokens(words), [
		"can't",
		"startech.com",
		"a:b",
		"2.13",
		"1,000",
		"1;2",
		"dv7",
		"1211ea",
		"foo_bar",
		"®",
		"43.2cm",
		"17",
		"O'Neil’s",
		"3M",
		"™",
		"x86",
		"64",
		"C",
		"AT",
		"T",
		"Wi·Fi",
		"a",
		"b",
		"x",
		"10GBASE",
		"T",
		"USB3.0",
	]);
	t.deepEqual(standardTokens("日本語テスト ひら 한국어 café 😀 1.a a.1 1'000 ___"), [
		"日",
		"本",
		"語",
		"テスト",
		"ひ",
		"ら",
		"한국어",
		"café",
		"😀",
		"1",
		"a",
		"a",
		"1",
		"1'000",
	]);
});

test("letters with marks become plain ones", (t) => {
	t.deepEqual("ångström x² straße œuvre ø ł đ ™ µm ﬁ".split(" ").map(foldToAscii), [
		"angstrom",
		"x2",
		"strasse",
		"oeuvre",
		"o",
		"l",
		"d",
		"™",
		"µm",
		"fi",
	]);
});

test("words are stemmed as Elasticsearch stems them", (t) => {
	const words =
		"headphones batteries cases printing printer glasses gas bus buses mice shoes series accessories boxes wireless knives gaming scanned lenses watches".split(
			" ",
		);
	t.is(
		words.map(porter).join(" "),
		"headphon batteri case print printer glass ga bu buse mice shoe seri accessori box wireless knive game scan lens watch",
	);
	t.is(
		words.map(minimalEnglish).join(" "),
		"headphone battery case printing printer glasse ga bus buse mice shoes sery accessory boxe wireless knive gaming scanned lense watche",
	);
	t.deepEqual(["boss's", "dogs'", "O’Neil’s"].map(possessive), ["boss", "dogs'", "O’Neil"]);
});

test("an analyzer joins char filters, synonyms, dropped words and beginnings of words", (t) => {
	const { analyzer } = analysisOf({
		char_filter: {
			unit: { type: "pattern_replace", pattern: "(\\d)\\s+(gb|mm)\\b", replacement: "$1$2", flags: "CASE_INSENSITIVE" },
		},
		filter: {
			same: { type: "synonym", synonyms: ["laptop, notebook", "tv => television"] },
			start: { type: "edge_ngram", min_gram: 1, max_gram: 3 },
		},
		analyzer: {
			shop: { tokenizer: "standard", char_filter: ["unit"], filter: ["lowercase", "same", "stop"] },
			start: { tokenizer: "whitespace", filter: ["lowercase", "start"] },
		},
	});
	t.deepEqual(analyzer("shop").analyze("The Laptop with 8 GB and a TV"), [
		null,
		["laptop", "notebook"],
		null,
		"8gb",
		null,
		null,
		"television",
	]);
	t.deepEqual(analyzer("start").analyze("Red"), [["r", "re", "red"]]);
});
