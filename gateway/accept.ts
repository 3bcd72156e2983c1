import { fail } from "../runtime/errors.ts";

/**
 * Sees that the caller takes what a route produces; an error is a problem+json whatever it takes.
 * @param accept the header, absent when anything will do
 * @param produced e.g. `application/json`
 * @throws not_acceptable
 */
export function acceptable(accept: string | undefined, produced: string): void {
	if (accept === undefined || accept === "" || accept === "*/*" || accept === produced) return;
	if (takes(accept, produced)) return;
	// Whoever names problems only takes the JSON that the rest is.
	if (produced === "application/json" && takes(accept, "application/problem+json", "named")) return;
	throw fail("not_acceptable", {}, `This route answers with ${produced}`);
}

/** Whether a media type is in the ranges of an Accept (RFC 9110, 12.5.1): the most specific one decides. */
function takes(accept: string, produced: string, named?: "named"): boolean {
	const group = `${produced.slice(0, produced.indexOf("/"))}/*`;
	let found = -1;
	let quality = 0;
	for (const range of accept.toLowerCase().split(",")) {
		const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
		const specific = ["*/*", group, produced].indexOf(type);
		if (specific < found || specific === -1) continue;
		const q = parameters.find((parameter) => parameter.startsWith("q="));
		const value = q === undefined ? 1 : Number(q.slice(2));
		quality = specific > found ? value : Math.max(quality, value);
		found = specific;
	}
	return quality > 0 && (named === undefined || found === 2);
}
