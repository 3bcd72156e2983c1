import { HOME_WITH_PHONE } from "../data/homes.ts";
import { Authenticator } from "./authenticator.ts";
import type { Placed } from "./buyer.ts";
import { addressed, as, filled, type HeldCart, PASSWORD, place, register, stocked, until, VISA } from "./buyer.ts";
import type { Route } from "./document.ts";
import type { TestShop } from "./shop.ts";

/** A person with one of everything that a route's path may name. */
export interface Belongings {
	accessToken: string;
	cart: HeldCart;
	orderToken: string;
	/** Whose id stands in a path; the first pattern that fits counts. */
	ids: [path: RegExp, parameter: string, id: string][];
}

/** Routes whose path names what is open to everybody, or is a secret of its own: there is no "another's" there. */
const OPEN = [
	/^\/v1\/products\/\{id\}/,
	/^\/v1\/categories\//,
	/^\/v1\/tracking\//,
	// Whoever is signed in may answer, rate and report a review.
	/^\/v1\/reviews\/\{id\}\/(comments|votes|reports)$/,
];

/** Whether a route reaches what belongs to somebody: by an id in its path, and without a right of staff. */
export const reachesBelongings = ({ path, operation }: Route) =>
	path.includes("{") && !operation["x-scope"] && !OPEN.some((pattern) => pattern.test(path));

/** @throws with what to add for a route that no fixture is known of */
export function idFor({ ids }: Belongings, { path, title }: Route, parameter: string): string {
	const found = ids.find(([pattern, name]) => pattern.test(path) && name === parameter)?.[2];
	if (!found)
		throw new Error(
			`${title}: give somebody what {${parameter}} names and add its id to test/fixtures.ts, or the path to OPEN there when it belongs to nobody`,
		);
	return found;
}

/** Somebody who bought, holds a cart, saved an address and wrote a review. */
export async function belongings({ client, url }: TestShop, admin: string): Promise<Belongings> {
	const { accessToken, userId } = await register(client);
	const parcels = await stocked(client, admin, { requiresShipping: true });
	const bought = await filled(client, parcels);
	await addressed(client, bought);
	const { order, orderToken } = as<Placed>(201, await place(client, bought, VISA, { accessToken }));
	const mine = async (path: string) => as<Placed["order"]>(200, await client.request("GET", path, { accessToken }));
	const [shipment] = await until("a shipment", async () => {
		const { shipments } = await mine(`/v1/orders/${order.id}`);
		return shipments.length > 0 && shipments;
	});
	const cart = await filled(client, parcels);
	const { items } = as<{ items: { id: string }[] }>(
		200,
		await client.request("POST", `/v1/carts/${cart.id}/claim`, { accessToken, cartToken: cart.cartToken }),
	);
	const address = as<{ id: string }>(
		201,
		await client.request("POST", "/v1/me/addresses", { accessToken, body: HOME_WITH_PHONE }),
	);
	const review = as<{ id: string }>(
		201,
		await client.request("POST", `/v1/products/${parcels.product.id}/reviews`, {
			accessToken,
			body: { rating: 5, title: "Good", body: "It is good." },
		}),
	);
	const passkey = await madePasskey(client, url, accessToken);
	return {
		accessToken,
		cart,
		orderToken,
		ids: [
			[/^\/v1\/carts\//, "id", cart.id],
			[/^\/v1\/carts\//, "itemId", items[0]?.id ?? ""],
			[/^\/v1\/carts\//, "code", "NO-SUCH"],
			[/^\/v1\/(admin\/)?orders\//, "id", order.id],
			[/^\/v1\/payments\//, "id", order.payment.id],
			[/^\/v1\/(admin\/)?shipments\//, "id", shipment?.id ?? ""],
			[/^\/v1\/me\/addresses\//, "id", address.id],
			[/^\/v1\/me\/passkeys\//, "id", passkey],
			[/^\/v1\/(admin\/)?reviews\//, "id", review.id],
			[/^\/v1\/(admin\/)?products\//, "id", parcels.product.id],
			[/^\/v1\/categories\//, "id", "kitchen"],
			[/^\/v1\/admin\/inventory\//, "sku", parcels.sku],
			[/^\/v1\/admin\/users\//, "id", userId],
		],
	};
}

/** The id of a passkey that this person made just now. */
async function madePasskey(client: TestShop["client"], url: string, accessToken: string): Promise<string> {
	const post = (path: string, body: object) => client.request("POST", path, { accessToken, body });
	const options = as<{ challenge: string; user: { id: string } }>(
		200,
		await post("/v1/me/passkeys/options", { password: PASSWORD }),
	);
	const origin = url.replace("127.0.0.1", "localhost");
	const ceremony = { challenge: options.challenge, origin, rpId: "localhost" };
	const credential = new Authenticator().create(options.user.id, ceremony);
	return as<{ id: string }>(201, await post("/v1/me/passkeys", { name: "Phone", credential })).id;
}
