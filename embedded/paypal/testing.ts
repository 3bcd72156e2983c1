import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { Client, Environment, OrdersController, PaymentsController } from "@paypal/paypal-server-sdk";
import type { ExecutionContext } from "ava";
import type { StandInOptions } from "../http.ts";
import { startPaypal } from "./index.ts";

/**
 * For tests: PayPal's SDK, led to `url`. It knows two fixed origins, but hands `unstable_httpClientOptions` to axios, and axios
 * sends by its `transport`: one that keeps path and headers and puts in another host. The token is fetched through it as well.
 */
export function client(url: string, clientId = "client", secret = "secret"): Client {
	const { hostname, port } = new URL(url);
	const agent = new Agent({ keepAlive: true });
	return new Client({
		clientCredentialsAuthCredentials: { oAuthClientId: clientId, oAuthClientSecret: secret },
		environment: Environment.Sandbox,
		timeout: 5_000,
		unstable_httpClientOptions: {
			transport: {
				request: (options: RequestOptions, answered: (response: IncomingMessage) => void) =>
					request({ ...options, protocol: "http:", hostname, host: hostname, port, agent }, answered),
			},
		},
	} as ConstructorParameters<typeof Client>[0]);
}

/** For tests: a stand-in of its own, the controllers of the real SDK, and the control routes. */
export async function sandbox(t: ExecutionContext, options: StandInOptions = { dataDir: null }) {
	const server = await startPaypal(options);
	t.teardown(() => server.close());
	const sdk = client(server.url);
	const control = async (method: string, path: string, body?: object) => {
		const response = await fetch(`${server.url}/_sandbox${path}`, {
			method,
			headers: { "content-type": "application/json" },
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		const text = await response.text();
		return { status: response.status, body: text === "" ? null : JSON.parse(text) };
	};
	return { server, sdk, orders: new OrdersController(sdk), payments: new PaymentsController(sdk), control };
}
