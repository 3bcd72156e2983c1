import { call } from "../runtime/action.ts";
import { fail } from "../runtime/errors.ts";
import { orderTimeline } from "../schemas/order.ts";
import type { Exchange } from "./exchange.ts";
import { fromQuery } from "./params.ts";

const LOOK_EVERY = 400;
/** Streams of one network at one gateway: guests behind one address are many. */
const MOST = 200;

/**
 * An order's timeline as server-sent events: the id of an event is its place in the timeline, so `Last-Event-ID` goes on
 * without a gap. The stream ends when the order is final.
 */
export async function streamEvents(exchange: Exchange): Promise<void> {
	const { gateway, request, entry, path, query, from, meta } = exchange;
	const last = request.headers["last-event-id"];
	if (last !== undefined && !/^\d{1,9}$/.test(String(last)))
		throw fail("malformed_request", {}, "Last-Event-ID must be the id of an event of this stream");
	const asked = fromQuery(entry, query) as { after?: number };
	let after = last === undefined ? (asked.after ?? 0) : Number(last);
	const id = path.id as string;
	let { events, done } = await call(from, orderTimeline, { id, after });
	const stream = gateway.streams.open(exchange, meta.clientNetwork ?? "", MOST);
	while (stream.open) {
		for (const event of events) {
			after = event.id;
			stream.send(event.id, event.type, event);
		}
		if (done) break;
		await stream.pause(LOOK_EVERY);
		// A look that fails is no reason to end the stream: the next one shows what was missed.
		({ events, done } = stream.open
			? await call(from, orderTimeline, { id, after }).catch(() => ({ events: [], done: false }))
			: { events: [], done: true });
	}
	stream.end();
}
