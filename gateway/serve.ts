import { call } from "../runtime/action.ts";
import { holdsCardNumber } from "../runtime/card-number.ts";
import { fail } from "../runtime/errors.ts";
import type { Contract } from "../schemas/contract.ts";
import { myOrderEvents } from "../schemas/order.ts";
import { type Answer, answerOf, send } from "./answer.ts";
import { admit, audited } from "./audit.ts";
import { identify } from "./authenticate.ts";
import { parseJson, readBody } from "./body.ts";
import { clientAddress, networkOf } from "./client-address.ts";
import { expectedVersion } from "./etag.ts";
import { streamEvents } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { sendExport } from "./export.ts";
import { idempotencyKey, once } from "./idempotency.ts";
import { receiveImport } from "./import.ts";
import { countCaller, countClient } from "./limits.ts";
import { streamMine } from "./my-events.ts";
import { paramsOf } from "./params.ts";

const BODY_LIMIT = 1_048_576;
const BODY_PATIENCE = 10_000;

/** Serves one request to a contract: limits, who asks, what is asked, the call, the answer. */
export async function serve(exchange: Exchange): Promise<void> {
	const { gateway, request, entry, meta } = exchange;
	const { route } = entry;
	meta.clientNetwork = networkOf(clientAddress(request, gateway.proxies));
	await countClient(exchange);
	const told = [...new URLSearchParams(exchange.query)].flat();
	if ([...told, ...Object.values(exchange.path)].some(holdsCardNumber)) throw fail("card_number_refused");
	Object.assign(meta, await identify(request, exchange.from));
	await countCaller(exchange);
	await admit(exchange);
	if (route.accepts === "text/csv") return receiveImport(exchange);
	if (route.produces === "text/csv") return sendExport(exchange);
	if (route.produces === "text/event-stream")
		return entry.contract.name === myOrderEvents.name ? streamMine(exchange) : streamEvents(exchange);

	const raw = await bodyOf(exchange);
	if (route.ifMatch) {
		const expected = expectedVersion(request.headers["if-match"]);
		if (expected !== undefined) meta.ifMatch = expected;
	}
	const run = async (): Promise<Answer> => {
		const body = raw.length === 0 ? undefined : parseJson(raw);
		const params = paramsOf(entry, exchange.path, exchange.query, body);
		const ask = () => call(exchange.from, entry.contract as Contract<never, never>, params as never);
		return answerOf(exchange, await audited(exchange, params, ask));
	};
	const key = idempotencyKey(exchange);
	if (!key) return send(exchange, await run());
	meta.idempotencyKey = key;
	await send(exchange, await once(exchange, key, raw, run));
}

/** @throws unsupported_media_type, payload_too_large, card_number_refused */
async function bodyOf({ request, entry }: Exchange): Promise<Buffer> {
	const { method } = entry.route;
	const { "content-length": length, "transfer-encoding": encoding, "content-type": type } = request.headers;
	if (method === "GET" || (encoding === undefined && (length === undefined || length === "0"))) return Buffer.alloc(0);
	if (type === undefined || !/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) {
		throw fail("unsupported_media_type", {}, "Send the body as application/json");
	}
	const raw = await readBody(request, BODY_LIMIT, BODY_PATIENCE);
	if (holdsCardNumber(raw.toString("latin1"))) throw fail("card_number_refused");
	return raw;
}
