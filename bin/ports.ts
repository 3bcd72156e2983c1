import { createServer } from "node:http";
import { listen } from "../gateway/server.ts";

/** A port that was free a moment ago. */
export const freePort = (host: string): Promise<number> => portOf(host, 0);

/** This port, or any for 0, which was free a moment ago. @throws with a sentence that says what to set */
export async function portOf(host: string, port: number): Promise<number> {
	const probe = createServer();
	await listen(probe, port, host);
	const { port: free } = probe.address() as { port: number };
	await new Promise((resolve) => probe.close(resolve));
	return free;
}
