const allowed = new Set(
	"P BR STRONG B EM I U S UL OL LI H2 H3 H4 BLOCKQUOTE A TABLE THEAD TBODY TR TH TD SUP SUB SPAN DIV".split(" "),
);
const dropped = new Set(
	"SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED SVG MATH NOSCRIPT FORM TEXTAREA SELECT TITLE".split(" "),
);

/**
 * A product's description as nodes. It was sanitised on the server; here only elements of the list are made anew, without
 * any attribute but a link's web address. DOMParser runs no script and loads nothing.
 */
export function description(html) {
	const source = new DOMParser().parseFromString(html, "text/html");
	const result = document.createDocumentFragment();
	copy(source.body, result);
	return result;
}

function copy(from, to) {
	for (const node of from.childNodes) {
		if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
		if (node.nodeType !== Node.ELEMENT_NODE || dropped.has(node.tagName.toUpperCase())) continue;
		if (!allowed.has(node.tagName)) {
			copy(node, to);
			continue;
		}
		const element = document.createElement(node.tagName);
		const href = node.tagName === "A" && node.getAttribute("href");
		if (href && /^https?:\/\//i.test(href)) {
			element.href = href;
			element.rel = "noopener nofollow";
		}
		copy(node, element);
		to.append(element);
	}
}
