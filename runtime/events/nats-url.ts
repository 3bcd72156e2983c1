/**
 * The parts of a NATS URL as options: credentials in it are not percent-decoded by the clients, and Moleculer drops the
 * scheme, so neither is left to them. Several servers stand side by side with commas.
 */
export function natsOptions(url: string): { servers: string[]; user?: string; pass?: string; tls?: object } {
	const urls = url.split(",").map((part) => new URL(part.trim()));
	const first = urls[0];
	if (!first) throw new Error("NATS_URL names no server");
	return {
		servers: urls.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
		...(first.username ? { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) } : {}),
		...(first.protocol === "tls:" ? { tls: {} } : {}),
	};
}
