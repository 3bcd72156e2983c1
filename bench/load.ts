import { Agent, request } from "node:http";

/** What a load run measured. Times in milliseconds, rate in requests a second. */
export interface Measured {
	requests: number;
	failures: number;
	rate: number;
	p50: number;
	p95: number;
	p99: number;
}

export interface Reply {
	status: number;
	body: string;
}

/** A bounded set of kept connections to one server. */
export class Pool {
	readonly #agent: Agent;
	readonly #base: URL;

	constructor(url: string, connections: number) {
		this.#base = new URL(url);
		this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
	}

	send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
		const payload = body === undefined ? undefined : JSON.stringify(body);
		const all =
			payload === undefined
				? headers
				: { ...headers, "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(payload)) };
		return new Promise((resolve, reject) => {
			const outgoing = request(
				{ agent: this.#agent, host: this.#base.hostname, port: this.#base.port, method, path, headers: all },
				(response) => {
					const chunks: Buffer[] = [];
					response.on("data", (chunk) => chunks.push(chunk));
					response.on("end", () =>
						resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
					);
				},
			);
			outgoing.on("error", reject);
			outgoing.end(payload);
		});
	}

	close(): void {
		this.#agent.destroy();
	}
}

/** Lets `workers` run `work` over and over for a time or a number of turns, whichever ends first. */
export async function load(
	workers: number,
	limit: { seconds: number; turns?: number },
	work: (turn: number) => Promise<boolean>,
): Promise<Measured> {
	const times: number[] = [];
	let failures = 0;
	let turn = 0;
	const began = performance.now();
	const end = began + limit.seconds * 1_000;
	await Promise.all(
		Array.from({ length: workers }, async () => {
			while (performance.now() < end && turn < (limit.turns ?? Number.POSITIVE_INFINITY)) {
				const started = performance.now();
				const ok = await work(turn++).catch(() => false);
				times.push(performance.now() - started);
				if (!ok) failures++;
			}
		}),
	);
	const seconds = (performance.now() - began) / 1_000;
	times.sort((a, b) => a - b);
	const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
	return { requests: times.length, failures, rate: times.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
