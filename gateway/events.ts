import { call } from "../runtime/action.ts";
import { fail } from "../runtime/errors.ts";
import { orderTimeline } from "../schemas/order.ts";
import type { Exchange } from "./exchange.ts";
import { fromQuery } from "./params.ts";

const LOOK_EVERY = 400;
const BEAT_EVERY = 15_000;

/**
 * An order's timeline as server-sent events: the id of an event is its place in the timeline, so `Last-Event-ID` goes on
 * without a gap. The stream ends when the order is final.
 */
export async function streamEvents({ request, response, entry, path, query, from }: Exchange): Promise<void> {
	const last = request.headers["last-event-id"];
	if (last !== undefined && !/^\d{1,9}$/.test(String(last)))
		throw fail("malformed_request", {}, "Last-Event-ID must be the id of an event of this stream");
	const asked = fromQuery(entry, query) as { after?: number };
	let after = last === undefined ? (asked.after ?? 0) : Number(last);
	const id = path.id as string;
	let { events, done } = await call(from, orderTimeline, { id, after });
	response.writeHead(200, {
		"Content-Type": "text/event-stream",
		"Cache-Control": "no-store",
		"X-Accel-Buffering": "no",
	});
	let beat = Date.now();
	let open = request.method !== "HEAD";
	response.on("close", () => {
		open = false;
	});
	while (open) {
		for (const event of events) {
			after = event.id;
			response.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
			beat = Date.now();
		}
		if (done) break;
		if (Date.now() - beat > BEAT_EVERY) {
			response.write(": still here\n\n");
			beat = Date.now();
		}
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
		// A look that fails is no reason to end the stream: the next one shows what was missed.
		({ events, done } = open
			? await call(from, orderTimeline, { id, after }).catch(() => ({ events: [], done: false }))
			: { events: [], done: true });
	}
	response.end();
}
