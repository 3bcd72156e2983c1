import { type StandIn, type StandInOptions, serve } from "../http.ts";
import { router } from "../router.ts";
import { openAccount } from "./account.ts";
import { approvalRoutes } from "./approval.ts";
import { authorizationEndpoints } from "./authorizations.ts";
import { captureEndpoints } from "./captures.ts";
import { apiRoutes, failure } from "./endpoint.ts";
import { Refusal } from "./errors.ts";
import { notificationEndpoints } from "./notifications.ts";
import { orderEndpoints } from "./orders/index.ts";
import { requestIds } from "./request-ids.ts";
import { tokens } from "./tokens.ts";

const endpoints = [...orderEndpoints, ...authorizationEndpoints, ...captureEndpoints, ...notificationEndpoints];
const SUPPORTED = [...new Set(endpoints.map(({ path }) => path.split("/").slice(0, 4).join("/")))].join(", ");

/**
 * A PayPal sandbox of one's own: Orders v2, Payments v2 and webhooks, by PayPal's wire protocol, for any client id and secret.
 * How the SDK, which knows two fixed addresses, is led here: `testing.ts`.
 */
export async function startPaypal(options: StandInOptions): Promise<StandIn> {
	const account = openAccount(options.dataDir);
	const issued = tokens(account.state);
	const routes = [
		...apiRoutes(account, issued, requestIds(account.state), endpoints),
		...approvalRoutes(account),
		...account.faults.routes(account.webhooks),
	];
	const handle = router(
		[
			...routes,
			[
				"POST",
				"/v1/oauth2/token",
				(request) =>
					account.faults.around(
						request,
						(next) => issued.issue(next),
						(status) => failure(new Refusal(status, null)),
					),
			],
			[
				"GET",
				"/v1/notifications/certs/:id",
				() => ({
					status: 200,
					headers: { "content-type": "application/x-pem-file" },
					body: account.signature.certificate(),
				}),
			],
		],
		({ method, path }) => {
			const description = `${method} ${path} is not known. The embedded PayPal supports /v1/oauth2/token, ${SUPPORTED} only.`;
			return failure(new Refusal(404, "NOT_SUPPORTED", { description }));
		},
	);
	try {
		const server = await serve({ host: options.host, port: options.port, handle });
		account.self = server.url;
		account.origin = options.publicUrl?.replace(/\/$/, "") ?? server.url;
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
