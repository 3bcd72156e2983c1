import type { Server } from "node:http";

/** Milliseconds between two looks for connections that take too long. */
export const LOOK_EVERY = 2_000;

/** @throws with a sentence that says what to change when the port cannot be had */
export function listen(server: Server, port: number, host: string): Promise<void> {
	server.requestTimeout = 300_000;
	server.headersTimeout = 15_000;
	server.keepAliveTimeout = 65_000;
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => {
			if (error.code === "EADDRINUSE")
				reject(new Error(`Port ${port} is in use: end what listens there, or set PORT to another one`));
			else if (error.code === "EACCES")
				reject(new Error(`Port ${port} needs rights that this process lacks: set PORT to one above 1023`));
			else if (error.code === "EADDRNOTAVAIL")
				reject(new Error(`HOST ${host} is no address of this machine: set HOST to one that is`));
			else reject(error);
		});
		server.listen(port, host, resolve);
	});
}

/** Stops listening, lets what is under way be answered, and closes what is left after ten seconds. */
export async function shut(server: Server | undefined): Promise<void> {
	if (!server?.listening) return;
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	server.closeIdleConnections();
	const rest = setTimeout(() => server.closeAllConnections(), 10_000);
	await closed;
	clearTimeout(rest);
}
