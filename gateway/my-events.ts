import { call } from "../runtime/action.ts";
import { codeOf, fail } from "../runtime/errors.ts";
import { myOrderEvents } from "../schemas/order.ts";
import { identify } from "./authenticate.ts";
import type { Exchange } from "./exchange.ts";
import { fromQuery } from "./params.ts";

const LOOK_EVERY = 500;
/** Milliseconds after which a token is held against its account again: it may be over, or logged out. */
const TRUST_FOR = 2_000;
/** Streams of one account at one gateway. */
const MOST = 6;

/**
 * What happens to the orders of whoever is signed in, as server-sent events. `Last-Event-ID` goes on without a gap, on whichever
 * gateway: the places are kept by the order service. Without it the stream begins with the oldest event that is kept. It ends with
 * the token. Whoever does not ask for `text/event-stream`, as every EventSource does, gets what there is and is not kept waiting.
 */
export async function streamMine(exchange: Exchange): Promise<void> {
	const { gateway, request, entry, query, from, meta } = exchange;
	const last = request.headers["last-event-id"];
	if (last !== undefined && !/^[0-9a-z]{8}$/.test(String(last)))
		throw fail("malformed_request", {}, "Last-Event-ID must be the id of an event of this stream");
	const asked = fromQuery(entry, query) as { after?: string };
	let after = last === undefined ? asked.after : String(last);
	let found = await call(from, myOrderEvents, after === undefined ? {} : { after });
	const stream = gateway.streams.open(exchange, meta.userId as string, MOST);
	// Where it stands, so that who loses the connection before the first event knows where to go on.
	if (found.events.length === 0 || found.missed)
		stream.send(found.missed ? (after as string) : found.position, found.missed ? "missed" : "ready", {});
	const follows = /\btext\/event-stream\b/i.test(request.headers.accept ?? "");
	let trusted = Date.now();
	while (stream.open) {
		for (const event of found.events) stream.send(event.id, event.type, event);
		after = found.position;
		if (!follows && found.events.length === 0) break;
		// A full page has a next one.
		if (follows && found.events.length < 100) await stream.pause(LOOK_EVERY);
		if (Date.now() - trusted > TRUST_FOR) {
			if (!(await stillSignedIn(exchange))) break;
			trusted = Date.now();
		}
		// A look that fails is no reason to end the stream: the next one shows what was missed.
		if (stream.open)
			found = await call(from, myOrderEvents, { after }).catch((error) => {
				if (!follows) throw error;
				return { ...found, events: [] };
			});
	}
	stream.end();
}

/** False once the token is refused; while nobody can say, it holds. */
async function stillSignedIn({ request, gateway, meta }: Exchange): Promise<boolean> {
	try {
		return (await identify(request, gateway.from)).userId === meta.userId;
	} catch (error) {
		return codeOf(error) !== "invalid_token";
	}
}
