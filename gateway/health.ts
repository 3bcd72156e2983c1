import type { ServerResponse } from "node:http";
import type { Host } from "../runtime/service.ts";
import { storesAnswer } from "../runtime/store/connection.ts";

/** Services without which nothing can be bought. */
const NEEDED = ["user", "product", "cart", "order", "payment"];

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
	const body = Buffer.from(JSON.stringify(value));
	response.writeHead(status, {
		"Content-Type": "application/json; charset=utf-8",
		"Content-Length": body.length,
		"Cache-Control": "no-store",
	});
	response.end(response.req.method === "HEAD" ? undefined : body);
}

/**
 * Whether a buyer can be served now: 200, or 503 with what is missing.
 * @param accepting false for a gateway that is about to end
 */
export async function sendReadiness(host: Host, response: ServerResponse, accepting: boolean): Promise<void> {
	const present = new Set(
		host.broker.registry.getServiceList({ onlyAvailable: true }).map(({ name }: { name: string }) => name),
	);
	const [store, bus] = await Promise.all([storesAnswer(), host.bus.healthy()]);
	const checks: Record<string, boolean> = { accepting, store, events: bus };
	for (const name of NEEDED) checks[name] = present.has(name);
	const ready = Object.values(checks).every(Boolean);
	if (!ready) response.setHeader("Retry-After", "2");
	sendJson(response, ready ? 200 : 503, { status: ready ? "ready" : "not_ready", checks });
}
