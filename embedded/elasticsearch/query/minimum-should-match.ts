import { parsing } from "../errors.ts";

/** How many of `count` clauses must match: `2`, `-1`, `75%`, `-25%`, `3<90%`, `2<-25% 9<-3`. */
export function minimumShouldMatch(spec: unknown, count: number): number {
	const text = String(spec).trim();
	if (!text.includes("<")) return bounded(part(text, count), count);
	let chosen = count;
	for (const condition of text.replace(/\s*<\s*/g, "<").split(/\s+/)) {
		const [limit, value] = condition.split("<") as [string, string];
		if (!/^\d+$/.test(limit)) throw malformed(text);
		if (count <= Number(limit)) break;
		chosen = bounded(part(value, count), count);
	}
	return chosen;
}

function part(value: string, count: number): number {
	const found = /^(-?\d+)(%?)$/.exec(value);
	if (!found) throw malformed(value);
	const n = Number(found[1]);
	const wanted = found[2] === "%" ? Math.trunc((n * count) / 100) : n;
	return n < 0 ? count + wanted : wanted;
}

function bounded(wanted: number, count: number): number {
	return Math.max(0, Math.min(wanted, count));
}

function malformed(value: string): Error {
	return parsing(`[minimum_should_match] can not be read: [${value}]`);
}
