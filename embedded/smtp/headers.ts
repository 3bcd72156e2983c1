/** The headers of a raw message (latin1), names in lower case, folded lines joined and encoded words (RFC 2047) decoded. */
export function headersOf(raw: string): Record<string, string> {
	const end = raw.search(/\r?\n\r?\n/);
	const head = (end < 0 ? raw : raw.slice(0, end)).replace(/\r?\n[ \t]+/g, " ");
	const headers: Record<string, string> = {};
	for (const line of head.split(/\r?\n/)) {
		const colon = line.indexOf(":");
		if (colon <= 0) continue;
		const name = line.slice(0, colon).toLowerCase();
		const value = decodeWords(line.slice(colon + 1).trim());
		headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
	}
	return headers;
}

// Space between two encoded words is no part of the text; a character may even be split between them.
function decodeWords(value: string): string {
	if (!value.includes("=?")) return Buffer.from(value, "latin1").toString("utf8");
	return value
		.replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)(\s+(?==\?[^?]+\?[bq]\?[^?]*\?=))?/gi, "$1")
		.replace(/(?:=\?[^?]+\?[bq]\?[^?]*\?=)+/gi, (run) => {
			const words = [...run.matchAll(/=\?([^?*]+)[^?]*\?([bq])\?([^?]*)\?=/gi)];
			const bytes = words.map(([, , encoding, text]) =>
				encoding!.toLowerCase() === "b" ? Buffer.from(text!, "base64") : quoted(text!),
			);
			return new TextDecoder(words[0]![1]).decode(Buffer.concat(bytes));
		});
}

const quoted = (text: string): Buffer =>
	Buffer.from(
		text
			.replace(/_/g, " ")
			.replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
		"latin1",
	);
