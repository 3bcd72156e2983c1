/**
 * A strict allow-list sanitiser for product descriptions. What is written out is made anew from what was understood:
 * only the tags and attributes below, every element closed, every attribute quoted; so nothing that a browser reads
 * differently gets through. It reads the input once, whatever the input is, and sanitising twice equals once.
 */
const ATTRIBUTES: Record<string, readonly string[]> = {
	a: ["href", "title"],
	img: ["src", "alt", "title", "width", "height"],
	td: ["colspan", "rowspan"],
	th: ["colspan", "rowspan", "scope"],
	ol: ["start"],
};
const TAGS = new Set(
	`a abbr b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins li mark
	ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul`.split(/\s+/),
);
const VOID = new Set(["br", "hr", "img"]);
/** Their content goes with them. */
const SILENT = new Set(
	`applet canvas embed frameset head iframe math noembed noframes noscript object plaintext script select style svg
	template textarea title xmp`.split(/\s+/),
);
const DEPTH = 100;

/** Safe HTML. */
export function sanitize(html: string): string {
	const input = html.replaceAll("\0", "");
	const open: string[] = [];
	let out = "";
	let at = 0;
	let silent: string | null = null;
	while (at < input.length) {
		const start = input.indexOf("<", at);
		const end = start === -1 ? input.length : start;
		if (!silent && end > at) out += text(input.slice(at, end));
		if (start === -1) break;
		const markup = readMarkup(input, start);
		if (markup === "text") {
			if (!silent) out += "&lt;";
			at = start + 1;
			continue;
		}
		// A tag that never ends swallows the rest, as it does in a browser.
		if (markup === null) break;
		at = markup.end;
		const { name, closing } = markup;
		if (silent) {
			if (closing && name === silent) silent = null;
		} else if (SILENT.has(name)) {
			if (!closing && name !== "embed") silent = name;
		} else if (TAGS.has(name)) out += closing ? close(open, name) : begin(open, markup);
	}
	return out + closed(open, 0);
}

interface Markup {
	name: string;
	closing: boolean;
	attributes: [string, string][];
	end: number;
}

const NAME = /[a-zA-Z][^\s/>]*/y;
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?/y;

/** One tag, comment or declaration; `text` when the `<` is just a character, null when it never ends. */
function readMarkup(input: string, start: number): Markup | "text" | null {
	const nothing = { name: "", closing: false, attributes: [] };
	if (input.startsWith("<!--", start)) {
		const end = input.indexOf("-->", start + 2);
		return end === -1 ? null : { ...nothing, end: end + 3 };
	}
	const next = input[start + 1];
	if (next === "!" || next === "?") {
		const end = input.indexOf(">", start);
		return end === -1 ? null : { ...nothing, end: end + 1 };
	}
	const closing = next === "/";
	NAME.lastIndex = start + (closing ? 2 : 1);
	const name = NAME.exec(input)?.[0];
	if (name === undefined) return "text";
	let at = NAME.lastIndex;
	const attributes: [string, string][] = [];
	for (;;) {
		ATTRIBUTE.lastIndex = at;
		const match = ATTRIBUTE.exec(input);
		if (!match) break;
		at = ATTRIBUTE.lastIndex;
		attributes.push([match[1]!.toLowerCase(), match[2] ?? match[3] ?? match[4] ?? ""]);
		// `a="` without its end: the quote was not understood, nothing after it can be.
		if (input[at] === "=") return null;
	}
	while (at < input.length && input[at] !== ">") at++;
	return at < input.length ? { name: name.toLowerCase(), closing, attributes, end: at + 1 } : null;
}

function begin(open: string[], { name, attributes }: Markup): string {
	if (VOID.has(name)) {
		const written = write(name, attributes);
		return name === "img" && !written.includes(" src=") ? "" : `<${name}${written}>`;
	}
	if (open.length >= DEPTH) return "";
	open.push(name);
	return `<${name}${write(name, attributes)}>`;
}

/** Closes an element and all that is open inside it; nothing when it is not open. */
function close(open: string[], name: string): string {
	const depth = open.lastIndexOf(name);
	return depth === -1 ? "" : closed(open, depth);
}

const closed = (open: string[], depth: number) =>
	open
		.splice(depth)
		.reverse()
		.map((tag) => `</${tag}>`)
		.join("");

function write(tag: string, attributes: [string, string][]): string {
	let out = "";
	const seen = new Set<string>();
	for (const [name, raw] of attributes) {
		if (seen.has(name) || !ATTRIBUTES[tag]?.includes(name)) continue;
		seen.add(name);
		const value = name === "href" || name === "src" ? address(decode(raw), name === "href") : raw;
		if (value === null || (/^(width|height|colspan|rowspan|start)$/.test(name) && !/^\d{1,5}$/.test(value))) continue;
		out += ` ${name}="${name === "href" || name === "src" ? encode(value) : text(value).replaceAll('"', "&quot;")}"`;
	}
	return out;
}

/** An address that cannot run anything: http, https, a path of the shop; for links also mail and telephone. */
function address(value: string, link: boolean): string | null {
	const trimmed = value.trim();
	// biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip control characters inside a scheme
	if (/[\u0000-\u0020\u007f\\]/.test(trimmed)) return null;
	if (/^https?:\/\//i.test(trimmed) || /^(?:\/(?!\/)|#)/.test(trimmed)) return trimmed;
	return link && /^(?:mailto|tel):/i.test(trimmed) ? trimmed : null;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

const decode = (value: string) =>
	value.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));/g, (all, decimal, hex, name) => {
		if (name) return ENTITIES[name]!;
		const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
		return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
	});

const encode = (value: string) =>
	value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Keeps entities as they were written, and escapes every other character of markup. */
const text = (value: string) =>
	value
		.replace(/&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)/g, "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;");
