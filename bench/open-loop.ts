import { Agent, request } from "node:http";

/** One answer and how long it took, in milliseconds. */
export interface Timed {
	status: number;
	body: string;
	retryAfter: string | undefined;
	milliseconds: number;
}

/** As many connections as there are buyers at once: what waits, waits at the shop. */
export class Crowd {
	readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1_024 });
	readonly #base: URL;
	readonly #told: (method: string, path: string, answer: Timed) => void;

	/** @param told hears of every answer */
	constructor(url: string, told: (method: string, path: string, answer: Timed) => void) {
		this.#base = new URL(url);
		this.#told = told;
	}

	send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Timed> {
		const payload = body === undefined ? undefined : JSON.stringify(body);
		const all: Record<string, string | number> =
			payload === undefined
				? headers
				: { ...headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(payload) };
		const { hostname: host, port } = this.#base;
		const began = performance.now();
		return new Promise((resolve, reject) => {
			const outgoing = request({ agent: this.#agent, host, port, method, path, headers: all }, (response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk) => chunks.push(chunk));
				response.on("end", () => {
					const answer = {
						status: response.statusCode ?? 0,
						body: Buffer.concat(chunks).toString("utf8"),
						retryAfter: response.headers["retry-after"],
						milliseconds: performance.now() - began,
					};
					this.#told(method, path, answer);
					resolve(answer);
				});
			});
			outgoing.on("error", reject);
			outgoing.end(payload);
		});
	}

	close(): void {
		this.#agent.destroy();
	}
}

/** Begins work so many times a second, whether or not what came before is done. @returns when all of it is */
export async function offer(perSecond: number, seconds: number, work: (turn: number) => Promise<void>): Promise<void> {
	const all: Promise<void>[] = [];
	const began = performance.now();
	const total = Math.round(perSecond * seconds);
	while (all.length < total) {
		const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
		while (all.length < due) all.push(work(all.length));
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	await Promise.all(all);
}

/** The value below which a share of the sorted ones lies. */
export function quantile(values: number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
