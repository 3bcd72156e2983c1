import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { deepestCall } from "../runtime/action.ts";
import { commandCount, storeWrites } from "../runtime/store/connection.ts";
import type { Overload } from "./overload.ts";

/** Figures of one node for Prometheus. */
export class Metrics {
	readonly registry = new Registry();
	readonly #requests = new Counter({
		name: "tradewind_http_requests_total",
		help: "Requests answered, by contract and status",
		labelNames: ["contract", "status"],
		registers: [this.registry],
	});
	readonly #seconds = new Histogram({
		name: "tradewind_http_request_seconds",
		help: "Time to answer, by contract",
		labelNames: ["contract"],
		buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
		registers: [this.registry],
	});

	constructor(pendingEvents: () => number) {
		collectDefaultMetrics({ register: this.registry });
		this.#gauge("tradewind_events_pending", "Events of this process on their way out of the outboxes", pendingEvents);
		this.#gauge("tradewind_call_depth_max", "The longest chain of calls that ended in this process", deepestCall);
		this.#gauge("tradewind_store_commands_total", "Commands sent to the stores by this process", commandCount);
		for (const what of ["documents", "syncs"] as const)
			new Gauge({
				name: `tradewind_embedded_store_${what}_total`,
				help: what === "syncs" ? "Syncs of the embedded store's disk" : "Documents that the embedded store has written",
				// Without a sample where the store is another one.
				labelNames: ["store"],
				registers: [this.registry],
				async collect() {
					const writes = await storeWrites().catch(() => null);
					if (writes) this.set({ store: "mongodb" }, writes[what]);
				},
			});
	}

	/** Tells of what is refused when there is too much to do, and why. */
	watch(overload: Overload): void {
		new Counter({
			name: "tradewind_http_shed_total",
			help: "Requests refused for overload, by what they are for",
			labelNames: ["priority"],
			registers: [this.registry],
			collect() {
				this.reset();
				for (const [priority, refused] of Object.entries(overload.refused)) this.inc({ priority }, refused);
			},
		});
		this.#gauge("tradewind_http_under_way", "Requests under way that take time here", () => overload.underWay);
		this.#gauge("tradewind_http_under_way_limit", "Requests that may be under way now", () => overload.limit);
		this.#gauge("tradewind_loop_delay_milliseconds", "How late the event loop's last turn came", () => overload.delay);
	}

	#gauge(name: string, help: string, read: () => number): void {
		new Gauge({
			name,
			help,
			registers: [this.registry],
			collect() {
				this.set(read());
			},
		});
	}

	count(contract: string, status: number, milliseconds: number): void {
		this.#requests.inc({ contract, status });
		this.#seconds.observe({ contract }, milliseconds / 1_000);
	}
}
