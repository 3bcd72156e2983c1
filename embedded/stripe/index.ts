import { type StandIn, type StandInOptions, serve } from "../http.ts";
import { router } from "../router.ts";
import { openAccount } from "./account.ts";
import { balanceEndpoints } from "./balance.ts";
import { chargeEndpoints } from "./charges.ts";
import { customerEndpoints } from "./customers.ts";
import { disputeEndpoints } from "./disputes.ts";
import { apiRoutes } from "./endpoint.ts";
import { eventEndpoints } from "./events.ts";
import { idempotency } from "./idempotency.ts";
import { letters } from "./ids.ts";
import { paymentIntentEndpoints } from "./payment-intents/index.ts";
import { paymentMethodEndpoints } from "./payment-methods.ts";
import { resumeOutcomes } from "./refund-outcomes.ts";
import { refundEndpoints } from "./refunds.ts";
import { challengeRoutes } from "./three-d-secure.ts";

const endpoints = [
	...paymentIntentEndpoints,
	...chargeEndpoints,
	...refundEndpoints,
	...disputeEndpoints,
	...paymentMethodEndpoints,
	...customerEndpoints,
	...eventEndpoints,
	...balanceEndpoints,
];

/**
 * A Stripe of one's own for test keys (`sk_test_...`): customers, card payments, refunds, disputes, events and signed webhooks, by
 * Stripe's wire protocol. Point the SDK at it: `new Stripe(key, { host, port, protocol: "http" })`.
 */
export async function startStripe(options: StandInOptions): Promise<StandIn> {
	const account = openAccount(options.dataDir);
	const routes = [
		...apiRoutes(account, idempotency(account.state), endpoints),
		...challengeRoutes(account),
		...account.faults.routes(account.webhooks),
	];
	const handle = router(routes, ({ method, path }) => {
		const message = `Unrecognized request URL (${method}: ${path}). The embedded Stripe supports ${SUPPORTED} only.`;
		return {
			status: 404,
			headers: { "request-id": `req_${letters(14)}` },
			body: { error: { type: "invalid_request_error", message } },
		};
	});
	try {
		const server = await serve({ host: options.host, port: options.port, handle });
		account.origin = options.publicUrl?.replace(/\/$/, "") ?? server.url;
		resumeOutcomes(account);
		return {
			url: server.url,
			async close() {
				await server.close();
				account.close();
			},
		};
	} catch (error) {
		account.close();
		throw error;
	}
}

const SUPPORTED = [...new Set(endpoints.map(({ path }) => path.split("/")[2]))].join(", ");
