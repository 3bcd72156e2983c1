import type { BrokerOptions, LoggerConfig } from "moleculer";
import { mayRetry } from "./runtime/action.ts";
import type { Settings } from "./runtime/config.ts";
import { natsIdentity, natsOptions } from "./runtime/events/nats-url.ts";
import { LocalTransporter, operatorSocket } from "./runtime/local-transporter.ts";
import { logger } from "./runtime/log.ts";
import { natsTransporter } from "./runtime/nats-transporter.ts";
import { type Spans, tracing } from "./runtime/spans.ts";

type Transporter = NonNullable<BrokerOptions["transporter"]>;

/**
 * Milliseconds for which a node that leaves still takes what the others sent before they knew: it is refused afterwards, and a write
 * that is not idempotent would not be tried elsewhere. Also on a busy machine all have heard by then.
 */
const LAST_CALLS = 750;

/**
 * The only Moleculer options of the shop.
 *
 * - Without NATS_URL all services live in one process, and only operators' REPLs join it, over a socket.
 * - A node's id is `<services>.<n>`: the dot lets NATS permissions be written for each service.
 * - No `$node`: whoever may ask `$node.options` is told the broker's options.
 * - Middlewares, inner to outer: the timeout lies inside the circuit breaker, which would not see timeouts otherwise
 *   (moleculer#1202), and that inside the retries.
 */
export function brokerOptions(
	settings: Settings,
	nodeID: string,
	transporter: Transporter,
	spans: Spans | null = null,
): BrokerOptions {
	return {
		nodeID,
		namespace: settings.NAMESPACE,
		transporter,
		logger: logger(settings.LOG_LEVEL) as LoggerConfig | false,
		requestTimeout: 3_000,
		heartbeatInterval: 1,
		heartbeatTimeout: 3,
		transit: { serviceChangedDebounceTime: 50 } as BrokerOptions["transit"],
		tracking: { enabled: true, shutdownTimeout: 10_000 },
		registry: { stopDelay: settings.NATS_URL ? LAST_CALLS : 0 } as BrokerOptions["registry"],
		dependencyInterval: 20,
		skipProcessEventRegistration: true,
		internalServices: false,
		validator: false,
		retryPolicy: { enabled: true, retries: 0, delay: 50, maxDelay: 1_000, factor: 2, check: mayRetry },
		circuitBreaker: {
			enabled: true,
			threshold: 0.5,
			minRequestCount: 20,
			windowTime: 10,
			halfOpenTime: 2_000,
			check: (error: Error) => ((error as { code?: unknown }).code as number) >= 500,
		},
		internalMiddlewares: false,
		middlewares: [tracing(spans), "ActionHook", "ContextTracker", "Timeout", "CircuitBreaker", "Retry", "ErrorHandler"],
	};
}

/** NATS, or for a shop of one process a socket for its operators. @throws when the socket cannot be had */
export async function transporterOf(
	settings: Settings,
	role: "shop" | "operator",
	service: string = role,
): Promise<Transporter> {
	if (!settings.NATS_URL)
		return (await LocalTransporter.open(operatorSocket(settings.DATA_DIR), role)) as unknown as Transporter;
	const options = natsOptions(settings.NATS_URL, natsIdentity(settings, service));
	return natsTransporter({ ...options, maxReconnectAttempts: -1, reconnectTimeWait: 250 }, role === "shop");
}
