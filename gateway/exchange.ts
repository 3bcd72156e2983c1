import type { IncomingMessage, ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import type { Caller, Meta } from "../runtime/action.ts";
import type { IdempotencyRecords } from "../runtime/idempotency.ts";
import type { Streams } from "./event-stream.ts";
import type { HandOvers } from "./import.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { Entry } from "./table.ts";

/** What the gateway's parts share. */
export interface Gateway {
	from: Caller;
	/** Null where requests are not limited. */
	limiter: RateLimiter | null;
	/** Their X-Forwarded-For counts. */
	proxies: BlockList;
	records: IdempotencyRecords;
	streams: Streams;
	handOvers: HandOvers;
	/** Where this shop is reached, for links and webhooks' signatures. */
	origin: string;
	dataDir: string;
}

/** One request and its answer on their way through the gateway. */
export interface Exchange {
	gateway: Gateway;
	request: IncomingMessage;
	response: ServerResponse;
	entry: Entry;
	path: Record<string, string>;
	query: string;
	meta: Meta & { requestId: string };
	/** Asks a service in the name of this request. */
	from: Caller;
}
