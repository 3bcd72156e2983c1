const QUOTE = 34;
const BACKSLASH = 92;

/** The text of one member of an object's JSON text, as it stands there, or null. Nothing is parsed but the names on the way. */
export function memberOf(json: string, name: string): string | null {
	let at = json.indexOf("{") + 1;
	for (;;) {
		const quote = json.indexOf('"', at);
		if (quote < 0) return null;
		const end = stringEnd(json, quote);
		const key = json.slice(quote + 1, end - 1);
		const from = start(json, json.indexOf(":", end) + 1);
		const to = valueEnd(json, from);
		if (key === name || (key.includes("\\") && JSON.parse(`"${key}"`) === name)) return json.slice(from, to);
		at = to;
		while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at++;
		if (json[at] !== ",") return null;
	}
}

function start(json: string, from: number): number {
	let at = from;
	while (json.charCodeAt(at) <= 32) at++;
	return at;
}

/** One past the closing quote of the string that begins at `from`. */
function stringEnd(json: string, from: number): number {
	for (let at = from; ; ) {
		at = json.indexOf('"', at + 1);
		let slashes = 0;
		while (json.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
		if (slashes % 2 === 0) return at + 1;
	}
}

function valueEnd(json: string, from: number): number {
	let depth = 0;
	for (let at = from; at < json.length; at++) {
		const code = json.charCodeAt(at);
		if (code === QUOTE) {
			at = stringEnd(json, at) - 1;
			if (depth === 0) return at + 1;
		} else if (code === 123 || code === 91) depth++;
		else if (code === 125 || code === 93) {
			if (depth === 0) return at;
			if (--depth === 0) return at + 1;
		} else if (depth === 0 && (code === 44 || code <= 32)) return at;
	}
	return json.length;
}
