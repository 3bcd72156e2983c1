import { get } from "node:http";

export interface Heard {
	id: string;
	orderId: string;
	type: string;
}

/** Listens to somebody's own orders, and goes on at whichever gateway there is when a stream ends. */
export class Listener {
	readonly heard: Heard[] = [];
	/** How many streams it took. */
	streams = 0;
	readonly #gateway: () => string;
	readonly #token: string;
	#open = true;
	#end: (() => void) | undefined;
	readonly #listening: Promise<void>;

	/** @param gateway tells where to listen next */
	constructor(gateway: () => string, token: string) {
		this.#gateway = gateway;
		this.#token = token;
		this.#listening = this.#listen();
	}

	async stop(): Promise<void> {
		this.#open = false;
		this.#end?.();
		await this.#listening;
	}

	async #listen(): Promise<void> {
		while (this.#open) {
			await this.#stream().catch(() => {});
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}

	#stream(): Promise<void> {
		const last = this.heard.at(-1)?.id;
		const headers: Record<string, string> = { Authorization: `Bearer ${this.#token}`, Accept: "text/event-stream" };
		if (last) headers["Last-Event-ID"] = last;
		return new Promise((resolve, reject) => {
			const asked = get(`${this.#gateway()}/v1/me/events`, { headers, agent: false }, (response) => {
				this.streams++;
				let rest = "";
				response.setEncoding("utf8").on("data", (chunk: string) => {
					const parts = (rest + chunk).split("\n\n");
					rest = parts.pop() as string;
					for (const part of parts) this.#hear(part);
				});
				response.once("close", resolve);
			});
			asked.once("error", reject);
			this.#end = () => asked.destroy();
		});
	}

	#hear(part: string): void {
		const [, type, data] = /^event: (.*)\ndata: (.*)$/m.exec(part) ?? [];
		if (type && data && type !== "ready") this.heard.push(JSON.parse(data));
	}

	/** What was heard twice or not at all: places follow each other. */
	gaps(): string[] {
		return this.heard
			.map(({ id }, n) => ({ id, wanted: (n + 1).toString(36).padStart(8, "0") }))
			.filter(({ id, wanted }) => id !== wanted)
			.map(({ id, wanted }) => `${id} where ${wanted} should be`);
	}
}
