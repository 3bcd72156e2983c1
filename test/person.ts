import { randomUUID } from "node:crypto";
import mongoose from "mongoose";
import { connect } from "nats";
import type { Order } from "../schemas/order.ts";
import { as, type HeldCart, openCart, type Placed, place, until, VISA } from "./buyer.ts";
import type { TestShop } from "./shop.ts";

export const PASSWORD = "a long enough secret";

/** Somebody whose name, street, phone and address are found nowhere else. */
export function somebody() {
	const letters = [...randomUUID().replaceAll("-", "")].map((digit) =>
		String.fromCharCode(97 + Number.parseInt(digit, 16)),
	);
	const [first, last, street] = [letters.slice(0, 8), letters.slice(8, 16), letters.slice(16, 24)].map((some) =>
		some.join(""),
	);
	const email = `${first}.${last}@wonderland.example`;
	const digits = String(1_000_000 + Math.floor(Math.random() * 8_999_999));
	const address = {
		name: `${first} ${last}`,
		company: `${last} & Daughters`,
		line1: `4711 ${street} Row`,
		city: "Redondo Beach",
		state: "CA",
		postalCode: "90277",
		country: "US",
		phone: `+1415${digits}`,
	};
	return { email, name: address.name, address, needles: [email, first, last, street, digits] as string[] };
}
export type Somebody = ReturnType<typeof somebody>;

/** Signs up, and proves the address by the mailed link. */
export async function signUp({ client }: TestShop, { email, name }: Somebody) {
	const body = { email, password: PASSWORD, name };
	const { accessToken, refreshToken, user } = as<{
		accessToken: string;
		refreshToken: string;
		user: { id: string };
	}>(201, await client.request("POST", "/v1/auth/register", { body, key: randomUUID() }));
	const verify = () =>
		until("the mail with the link", async () => {
			for (const token of await linksTo(client, email))
				if ((await client.request("POST", "/v1/auth/verify-email", { body: { token } })).status === 204) return true;
			return false;
		});
	return { accessToken, refreshToken, userId: user.id, verify };
}

/** The tokens of all links to verify an address that were ever mailed to it. */
async function linksTo(client: TestShop["client"], email: string): Promise<string[]> {
	const { messages } = as<{ messages: { id: string }[] }>(
		200,
		await client.request("GET", `/sandbox/api/mails?to=${encodeURIComponent(email)}`),
	);
	const found = messages.map(async ({ id }) => {
		const { text } = as<{ text: string }>(200, await client.request("GET", `/sandbox/api/mails/${id}`));
		return /\/verify-email\?token=([\w.-]+)/.exec(text)?.[1] ?? [];
	});
	return (await Promise.all(found)).flat();
}

/** A cart that holds one of a SKU and where it goes. */
export async function cartFor(
	{ client }: TestShop,
	sku: string,
	{ address }: Somebody,
	accessToken?: string,
): Promise<HeldCart> {
	const who = accessToken ? { accessToken } : {};
	const cart = await openCart(client, who);
	const { id, cartToken } = cart;
	as(200, await client.request("POST", `/v1/carts/${id}/items`, { cartToken, body: { sku, quantity: 1 } }));
	as(200, await client.request("PUT", `/v1/carts/${id}/shipping-address`, { cartToken, body: address }));
	const { data } = as<{ data: { id: string }[] }>(
		200,
		await client.request("GET", `/v1/carts/${id}/shipping-rates`, { cartToken }),
	);
	as(200, await client.request("PUT", `/v1/carts/${id}/shipping-rate`, { cartToken, body: { rateId: data[0]?.id } }));
	return cart;
}

/** Orders such a cart. */
export async function ordered(
	shop: TestShop,
	sku: string,
	who: Somebody,
	{ accessToken, payment = VISA, status = 201 }: { accessToken?: string; payment?: object; status?: number } = {},
): Promise<Placed> {
	const cart = await cartFor(shop, sku, who, accessToken);
	const body = { cartId: cart.id, email: who.email, payment };
	const more = { key: randomUUID(), body, ...(accessToken ? { accessToken } : {}) };
	return as<Placed>(status, await place(shop.client, cart, payment, more));
}

/** Moves all parcels of an order on at the carrier, until the order knows. */
export async function moved({ client }: TestShop, { order, orderToken }: Placed, status: string): Promise<void> {
	const seen = async () => as<Order>(200, await client.request("GET", `/v1/orders/${order.id}`, { orderToken }));
	const trackingNumber = await until(
		"a label",
		async () => (await seen()).shipments.find((one) => one.trackingNumber)?.trackingNumber,
	);
	as(200, await client.request("POST", `/sandbox/api/parcels/${trackingNumber}/advance`, { body: { status } }));
	await until("the carrier's word", async () => (await seen()).shipments.some((one) => one.status === status));
}

/** Everything that a shop keeps: each document of each collection of each of its databases, and of its search index. */
export async function everything({ settings }: TestShop): Promise<{ at: string; document: Record<string, unknown> }[]> {
	const connection = await mongoose.createConnection(settings.MONGODB_URL).asPromise();
	const found: { at: string; document: Record<string, unknown> }[] = [];
	try {
		const client = connection.getClient();
		const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
		for (const { name } of databases.filter((one) => one.name.startsWith(`${settings.NAMESPACE}-`))) {
			for (const collection of await client.db(name).listCollections().toArray()) {
				const at = `${name.slice(settings.NAMESPACE.length + 1)}.${collection.name}`;
				for await (const document of client.db(name).collection(collection.name).find()) found.push({ at, document });
			}
		}
	} finally {
		await connection.close();
	}
	const index = await fetch(
		`${settings.ELASTICSEARCH_URL.replace(/\/$/, "")}/${settings.NAMESPACE.toLowerCase()}-products/_search`,
		{
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ size: 10_000, query: { match_all: {} } }),
		},
	);
	const { hits } = (await index.json()) as { hits: { hits: { _index: string; _source: Record<string, unknown> }[] } };
	for (const { _index, _source } of hits.hits) found.push({ at: `search ${_index}`, document: _source });
	return found;
}

/** Every message of every stream of a shop that runs on NATS; none of one that does not. */
export async function streamed({ settings }: TestShop): Promise<Awaited<ReturnType<typeof everything>>> {
	if (!settings.NATS_URL) return [];
	const found: Awaited<ReturnType<typeof everything>> = [];
	const connection = await connect({ servers: settings.NATS_URL });
	try {
		const manager = await connection.jetstreamManager();
		for await (const { config, state } of manager.streams.list()) {
			if (!config.name.toLowerCase().includes(settings.NAMESPACE.toLowerCase())) continue;
			for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
				const message = await manager.streams.getMessage(config.name, { seq }).catch(() => null);
				if (message) found.push({ at: `stream ${config.name}`, document: { data: message.string() } });
			}
		}
	} finally {
		await connection.close();
	}
	return found;
}

/** Where something of a person is, each once. */
export function tracesOf(needles: readonly string[], all: Awaited<ReturnType<typeof everything>>): string[] {
	const places = all.flatMap(({ at, document }) => {
		const text = JSON.stringify(document).toLowerCase();
		return needles.filter((needle) => text.includes(needle.toLowerCase())).map((needle) => `${at}: ${needle}`);
	});
	return [...new Set(places)];
}

/** The collections of docs/personal-data.md, each with the names under which it is exported. */
export function rowsOf(page: string): Map<string, string[]> {
	const rows = [...page.matchAll(/^\| `([\w.-]+)` *\|[^|]*\|([^|]*)\|/gm)];
	const names = (cell = "") => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
	return new Map(rows.map(([, collection, cell]) => [collection as string, names(cell)]));
}
