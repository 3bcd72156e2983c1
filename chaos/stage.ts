import { RestClient } from "../bin/rest.ts";
import { Buyers } from "./buyers/buyers.ts";
import { pause } from "./buyers/client.ts";
import type { Purchase } from "./buyers/purchase.ts";
import { Staff } from "./buyers/staff.ts";
import type { Cluster } from "./cluster.ts";
import { Witness } from "./evidence.ts";

const STOCK = 100_000;
/** A good that is sold out on the way, so that overselling would show. */
const SCARCE = { sku: "CHAOS-SCARCE", stock: 60 };
const SKUS = ["CHAOS-A", "CHAOS-B", "CHAOS-C"];

/** What a fault works on: the shop, its buyers, and who looks at it from outside. */
export interface Stage {
	cluster: Cluster;
	buyers: Buyers;
	witness: Witness;
	initial: ReadonlyMap<string, number>;
}

/** Fills a fresh shop with goods. */
export async function stageOf(cluster: Cluster): Promise<Stage> {
	const client = new RestClient(cluster.url);
	const initial = new Map([...SKUS.map((sku) => [sku, STOCK] as const), [SCARCE.sku, SCARCE.stock]]);
	const rows = [...initial].map(
		([sku, stock]) => `${sku.toLowerCase()},${sku},TRUE,Title,Default Title,${sku},300,${stock},12.50`,
	);
	const header =
		"Handle,Title,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price";
	const signedIn = await client.request<{ accessToken: string }>("POST", "/v1/auth/login", {
		body: cluster.administrator,
	});
	if (signedIn.status !== 200) throw new Error(`the administrator cannot sign in: ${JSON.stringify(signedIn.body)}`);
	const { accessToken } = signedIn.body;
	const started = await client.request<{ id: string }>("POST", "/v1/admin/imports", {
		accessToken,
		headers: { "Content-Type": "text/csv" },
		body: `${header}\n${rows.join("\n")}\n`,
	});
	if (started.status !== 202) throw new Error(`the goods cannot be imported: ${JSON.stringify(started.body)}`);
	const look = () => client.request<{ status: string }>("GET", `/v1/admin/imports/${started.body.id}`, { accessToken });
	while ((await look()).body.status === "running") await pause(100);
	type Listed = { data: { variants: { id: string; sku: string }[] }[] };
	const { body } = await client.request<Listed>("GET", "/v1/products?limit=100");
	const tills = { stripe: cluster.sandbox("stripe"), paypal: cluster.sandbox("paypal") };
	const buyers = new Buyers(cluster.url, tills, new Staff(cluster.url, cluster.administrator));
	const goods = body.data.flatMap(({ variants }) => variants).map(({ id, sku }) => ({ sku, variantId: id }));
	if (goods.length !== initial.size) throw new Error(`the shop has ${goods.length} goods, not ${initial.size}`);
	buyers.goods = goods.flatMap((good) => (good.sku === SCARCE.sku ? [good] : [good, good, good]));
	return { cluster, buyers, witness: new Witness(cluster), initial };
}

/** Carts that are ready to be ordered. @param kinds what their buyers are like, the first of them; the others as they come */
export async function carts(
	{ buyers }: Stage,
	fault: string,
	count: number,
	kinds: Parameters<Buyers["prepare"]>[1][] = [],
): Promise<Purchase[]> {
	const ready: Purchase[] = [];
	while (ready.length < count) {
		const made = await Promise.all(
			Array.from({ length: count - ready.length }, (_, n) => buyers.prepare(fault, kinds[ready.length + n])),
		);
		ready.push(...made.filter(({ wanted }) => wanted.length > 0));
	}
	return ready;
}
