import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { ConfigurationError } from "../runtime/config.ts";

/**
 * Proxies whose X-Forwarded-For counts.
 * @param list addresses and CIDR ranges by commas, as TRUST_PROXY has them
 * @throws ConfigurationError
 */
export function proxiesOf(list: string): BlockList {
	const proxies = new BlockList();
	for (const entry of list.split(",").map((part) => part.trim())) {
		if (entry === "") continue;
		const [address = "", bits, more] = entry.split("/");
		const family = isIPv4(address) ? "ipv4" : "ipv6";
		const most = family === "ipv4" ? 32 : 128;
		if (
			!isIP(address) ||
			more !== undefined ||
			(bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))
		)
			throw new ConfigurationError(
				`TRUST_PROXY has ${JSON.stringify(entry)} but must be addresses and ranges such as 10.0.0.0/8, by commas`,
			);
		if (bits === undefined) proxies.addAddress(address, family);
		else proxies.addSubnet(address, Number(bits), family);
	}
	return proxies;
}

/** The client's address: the socket's, or behind a trusted proxy the nearest hop that is not one itself. */
export function clientAddress(request: IncomingMessage, proxies: BlockList): string {
	let address = plain(request.socket.remoteAddress ?? "");
	const forwarded = request.headers["x-forwarded-for"];
	if (forwarded === undefined || !isTrusted(address, proxies)) return address;
	const hops = String(forwarded)
		.split(",")
		.map((hop) => withoutPort(hop.trim()));
	while (hops.length > 0 && isTrusted(address, proxies)) {
		const hop = hops.pop() as string;
		if (hop === "") continue;
		// Whoever wrote what is no address, the hop before it is the last that is known.
		if (!isIP(hop)) break;
		address = hop;
	}
	return address;
}

/** What is counted as one client: the address, or the /64 of an IPv6 address, which one customer of a provider has at least. */
export function networkOf(address: string): string {
	if (!isIPv6(address)) return address;
	const [head = "", tail] = (address.split("%", 1)[0] as string).split("::");
	const front = head === "" ? [] : head.split(":");
	const back = tail ? tail.split(":") : [];
	const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
	const groups = [...front, ...Array<string>(zeros).fill("0"), ...back].slice(0, 4);
	return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

const isTrusted = (address: string, proxies: BlockList) =>
	isIP(address) !== 0 && proxies.check(address, isIPv4(address) ? "ipv4" : "ipv6");

/** An IPv4 client of a socket that listens on both is an IPv4 client. */
const plain = (address: string) => (/^::ffff:\d/i.test(address) ? address.slice(7) : address);

/** Some proxies write `203.0.113.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
	const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1];
	return plain(bracketed ?? hop.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1"));
}
