import { disagreement, routeOf } from "./document.ts";

const origins = new Set<string>();
let watched = 0;

/** How many answers were held against the document so far. */
export const answersWatched = () => watched;

/**
 * Holds each answer that a test gets from a shop against the OpenAPI document, whoever in the test asks: one that is not as
 * the document says fails the test where it asked.
 */
export function watch(url: string): void {
	origins.add(new URL(url).origin);
	if (origins.size > 1) return;
	const ask = globalThis.fetch;
	globalThis.fetch = async (input, init) => {
		const response = await ask(input, init);
		const asked = new URL(input instanceof Request ? input.url : input);
		if (!origins.has(asked.origin)) return response;
		const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
		const route = routeOf(method, asked.pathname);
		// What the gateway says of any path stands in no route: another method, and a page's question whether it may ask.
		if (!route || response.status === 405) return response;
		const { status, headers } = response;
		const read = method !== "HEAD" && !/^text\/(event-stream|csv)/.test(headers.get("content-type") ?? "");
		const wrong = disagreement(route, { status, headers, ...(read ? { text: await response.clone().text() } : {}) });
		watched++;
		if (wrong) throw new Error(`${route.title} answered ${status}, and not as the OpenAPI document says: ${wrong}`);
		return response;
	};
}
