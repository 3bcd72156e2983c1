import { bearer, orderHeaders } from "./api.js";

/**
 * Calls `onEvent` for each entry of an order's timeline as it happens. EventSource sends no headers, so the stream is read
 * with fetch. Ends when the stream ends, and throws when it cannot be had; `from.lastId` is where it goes on the next time.
 */
export async function follow(orderId, from, onEvent, signal) {
	const headers = { Accept: "text/event-stream", ...bearer(), ...orderHeaders(orderId) };
	if (from.lastId) headers["Last-Event-ID"] = from.lastId;
	const response = await fetch(`/v1/orders/${orderId}/events`, { headers, signal });
	if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}`);
	let rest = "";
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const id = /^id: ?(.*)$/m.exec(block)?.[1];
			if (id) from.lastId = id;
			if (/^data:/m.test(block)) onEvent();
		}
	}
}
