import { randomInt } from "node:crypto";
import { createServer } from "node:http";
import { listen } from "../gateway/server.ts";

/** Below what systems give to connections by themselves: Linux from 32768 on, others from 49152. */
export const PORTS = [10_240, 32_768] as const;
const ATTEMPTS = 20;

/** A port that was free a moment ago, and that no connection is given in the next. */
export async function freePort(host: string): Promise<number> {
	for (let attempt = 1; ; attempt++) {
		const port = randomInt(...PORTS);
		try {
			await tryPort(host, port);
			return port;
		} catch (error) {
			if (attempt === ATTEMPTS) throw error;
		}
	}
}

/** This port, or any for 0, which was free a moment ago. @throws with a sentence that says what to set */
export async function portOf(host: string, port: number): Promise<number> {
	if (port === 0) return freePort(host);
	await tryPort(host, port);
	return port;
}

async function tryPort(host: string, port: number): Promise<void> {
	const probe = createServer();
	await listen(probe, port, host);
	await new Promise((resolve) => probe.close(resolve));
}
