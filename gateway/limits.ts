import type { Exchange } from "./exchange.ts";
import { BY_ACCOUNT, BY_ADDRESS } from "./rate-limit.ts";

/** Counts a request for its network, before anything is asked about it. @throws too_many_requests */
export async function countClient({ gateway, response, entry, meta }: Exchange): Promise<void> {
	if (!gateway.limiter) return;
	const network = meta.clientNetwork ?? "";
	const counting = gateway.limiter.count(response, network, BY_ADDRESS);
	if (counting) await counting;
	const { limit } = entry.route;
	if (limit) await gateway.limiter.count(response, network, { name: "route", key: entry.contract.name, ...limit });
}

/** Counts it for the account or the API key, from wherever it asks. @throws too_many_requests */
export async function countCaller({ gateway, response, meta }: Exchange): Promise<void> {
	const caller = meta.keyId ?? meta.userId;
	if (!gateway.limiter || !caller) return;
	const counting = gateway.limiter.count(response, caller, BY_ACCOUNT);
	if (counting) await counting;
}
