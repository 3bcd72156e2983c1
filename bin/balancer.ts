import { Agent, request } from "node:http";

const LOOK_EVERY = 500;
const PATIENCE = 15_000;

export interface Sent {
	method: string;
	path: string;
	headers: Record<string, string>;
	body: string | undefined;
}

export interface Received {
	status: number;
	body: string;
}

/**
 * Sends requests to one of several gateways, as a load balancer does: to those whose readiness says yes, over connections that stay
 * open until the gateway closes them. A request that could not even be connected goes to another one; nothing else is sent twice.
 */
export class Balancer {
	readonly #agent = new Agent({ keepAlive: true });
	readonly #gateways: { url: string; ready: boolean }[];
	readonly #timer: NodeJS.Timeout;
	#turn = 0;
	/** How often a gateway no longer listened. */
	moved = 0;

	constructor(urls: string[]) {
		this.#gateways = urls.map((url) => ({ url, ready: true }));
		this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
	}

	close(): void {
		clearInterval(this.#timer);
		this.#agent.destroy();
	}

	async send(sent: Sent): Promise<Received> {
		for (let tries = 1; ; tries++) {
			const gateway = this.#next();
			try {
				return await this.#ask(gateway.url, sent);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED" || tries === this.#gateways.length) throw error;
				gateway.ready = false;
				this.moved++;
			}
		}
	}

	/** The gateway whose turn it is. */
	next(): string {
		return this.#next().url;
	}

	#next() {
		const ready = this.#gateways.filter((gateway) => gateway.ready);
		const from = ready.length > 0 ? ready : this.#gateways;
		return from[this.#turn++ % from.length] as { url: string; ready: boolean };
	}

	#look(): void {
		for (const gateway of this.#gateways) {
			this.#ask(gateway.url, { method: "GET", path: "/health/ready", headers: {}, body: undefined }).then(
				({ status }) => {
					gateway.ready = status === 200;
				},
				() => {
					gateway.ready = false;
				},
			);
		}
	}

	#ask(url: string, { method, path, headers, body }: Sent): Promise<Received> {
		return new Promise((resolve, reject) => {
			const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
			const outgoing = request(
				url + path,
				{ method, headers: { ...headers, ...length }, agent: this.#agent, timeout: PATIENCE },
				(response) => {
					const chunks: Buffer[] = [];
					response.on("data", (chunk: Buffer) => chunks.push(chunk));
					response.once("error", reject);
					response.once("end", () =>
						resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
					);
				},
			);
			outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)));
			outgoing.once("error", reject);
			outgoing.end(body);
		});
	}
}
