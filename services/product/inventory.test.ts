import test from "ava";
import { codeOf } from "../../runtime/errors.ts";
import {
	commitStock,
	createProduct,
	deleteProduct,
	getStock,
	inventoryLedger,
	type Movement,
	releaseStock,
	reserveStock,
	restock,
	saleItems,
	setInventory,
} from "../../schemas/product.ts";
import { variants } from "./model.ts";
import { sweep } from "./sweeper.ts";
import { type Shop, startProduct } from "./testing.ts";

let shop: Shop;
const later = () => new Date(Date.now() + 600_000).toISOString();
let counter = 0;

/** A product of its own with a stock. */
async function stocked(onHand: number): Promise<string> {
	const sku = `SKU-${++counter}`;
	await shop.ask(createProduct, {
		title: `Thing ${sku}`,
		variants: [{ sku, price: { amount: 100, currency: "USD" } }],
	});
	await shop.ask(setInventory, { sku, onHand });
	return sku;
}

const reserve = (reference: string, lines: { sku: string; quantity: number }[], expiresAt = later()) =>
	shop.ask(reserveStock, { reference, lines, expiresAt });
const commit = (reference: string, lines: { sku: string; quantity: number }[]) =>
	shop.ask(commitStock, { reference, lines });
const stock = (sku: string) => shop.ask(getStock, { sku });

/** All pages of a ledger, with the sums of its movements and the figures that they must come to. */
async function ledger(sku: string, limit = 100) {
	const movements: Movement[] = [];
	let cursor: string | undefined;
	for (;;) {
		const page = await shop.ask(inventoryLedger, { sku, limit, ...(cursor ? { cursor } : {}) });
		movements.push(...page.data);
		if (!page.nextCursor) {
			const sum = (key: "onHand" | "reserved") => movements.reduce((total, entry) => total + entry[key], 0);
			return { movements, sums: { onHand: sum("onHand"), reserved: sum("reserved") }, stock: page.stock };
		}
		cursor = page.nextCursor;
	}
}

test.before(async () => {
	shop = await startProduct();
});
test.after.always(() => shop?.stop());

test("two hundred buyers at once of fifty pieces: fifty get one", async (t) => {
	const sku = await stocked(50);
	const results = await Promise.allSettled(
		Array.from({ length: 200 }, (_, n) => reserve(`ord_crowd_${n}`, [{ sku, quantity: 1 }])),
	);
	t.is(results.filter(({ status }) => status === "fulfilled").length, 50);
	const refused = results.filter((result) => result.status === "rejected");
	t.true(refused.every(({ reason }) => codeOf(reason) === "out_of_stock"));
	t.deepEqual(await stock(sku), { sku, onHand: 50, reserved: 50, available: 0 });
	await Promise.all(
		results.flatMap(({ status }, n) =>
			status === "fulfilled" ? [commit(`ord_crowd_${n}`, [{ sku, quantity: 1 }])] : [],
		),
	);
	t.deepEqual(await stock(sku), { sku, onHand: 0, reserved: 0, available: 0 });
	const { sums, movements } = await ledger(sku);
	t.deepEqual(sums, { onHand: 0, reserved: 0 });
	t.is(movements.length, 101);
});

test("an order is held as a whole or not at all, and every short line is named", async (t) => {
	const [a, b, c] = [await stocked(5), await stocked(1), await stocked(0)];
	const lines = [
		{ sku: a, quantity: 2 },
		{ sku: b, quantity: 2 },
		{ sku: c, quantity: 1 },
		{ sku: "NO-SUCH", quantity: 1 },
	];
	const error = await t.throwsAsync(reserve("ord_whole", lines));
	const named = (error as unknown as { data: { lines: { sku: string }[] } }).data.lines;
	t.deepEqual(
		[...named].sort((x, y) => (x.sku < y.sku ? -1 : 1)),
		[
			{ sku: "NO-SUCH", requested: 1, available: 0 },
			{ sku: b, requested: 2, available: 1 },
			{ sku: c, requested: 1, available: 0 },
		],
	);
	t.like(await stock(a), { onHand: 5, reserved: 0 });
	t.deepEqual(await reserve("ord_whole", [{ sku: a, quantity: 2 }]), { reserved: true });
});

test("lines of one SKU are summed before they are held", async (t) => {
	const sku = await stocked(3);
	const lines = [
		{ sku, quantity: 2 },
		{ sku, quantity: 2 },
	];
	await t.throwsAsync(reserve("ord_sum", lines));
	await reserve("ord_sum", [lines[0]!, { sku, quantity: 1 }]);
	t.like(await stock(sku), { reserved: 3, available: 0 });
});

test("every request about an order may come three times", async (t) => {
	const sku = await stocked(10);
	const lines = [{ sku, quantity: 3 }];
	for (let n = 0; n < 3; n++) t.deepEqual(await reserve("ord_thrice", lines), { reserved: true });
	t.like(await stock(sku), { onHand: 10, reserved: 3 });
	await Promise.all([commit("ord_thrice", lines), commit("ord_thrice", lines), commit("ord_thrice", lines)]);
	t.deepEqual(await reserve("ord_thrice", lines), { reserved: true });
	t.deepEqual(await shop.ask(releaseStock, { reference: "ord_thrice", lines }), { released: false });
	t.like(await stock(sku), { onHand: 7, reserved: 0 });
	t.deepEqual(await shop.ask(restock, { reference: "ret_1", lines }), { restocked: true });
	t.deepEqual(await shop.ask(restock, { reference: "ret_1", lines }), { restocked: false });
	t.like(await stock(sku), { onHand: 10, reserved: 0 });
});

test("an order that was given up holds nothing when its request comes late", async (t) => {
	const sku = await stocked(2);
	const lines = [{ sku, quantity: 1 }];
	await reserve("ord_late", lines);
	t.deepEqual(await shop.ask(releaseStock, { reference: "ord_late", lines }), { released: true });
	t.deepEqual(await reserve("ord_late", lines), { reserved: false });
	t.like(await stock(sku), { reserved: 0 });
});

test("a hold that ran out goes back on sale, and its order takes what is left", async (t) => {
	const sku = await stocked(2);
	const lines = [{ sku, quantity: 2 }];
	await reserve("ord_slow", lines, new Date(Date.now() - 1).toISOString());
	await Promise.all([sweep(new Date().toISOString()), sweep(new Date().toISOString())]);
	t.like(await stock(sku), { onHand: 2, reserved: 0 });
	t.deepEqual(await commit("ord_slow", lines), { committed: true });
	t.deepEqual(await commit("ord_slow", lines), { committed: true });
	t.like(await stock(sku), { onHand: 0, reserved: 0 });
	t.is((await ledger(sku)).movements.length, 4);
});

test("a sale is all or nothing also when holds ran out", async (t) => {
	const [a, b] = [await stocked(2), await stocked(2)];
	const lines = [
		{ sku: a, quantity: 1 },
		{ sku: b, quantity: 1 },
	];
	await reserve("ord_gone", [lines[0]!]);
	await reserve("ord_other", [{ sku: b, quantity: 2 }]);
	const error = await t.throwsAsync(commit("ord_gone", lines));
	t.like(error, { type: "out_of_stock", data: { lines: [{ sku: b, requested: 1, available: 0 }] } });
	t.like(await stock(a), { onHand: 2, reserved: 0 });
	await shop.ask(releaseStock, { reference: "ord_other", lines: [{ sku: b, quantity: 2 }] });
	t.deepEqual(await commit("ord_gone", lines), { committed: true });
	t.deepEqual([(await stock(a)).onHand, (await stock(b)).onHand], [1, 1]);
	for (const sku of [a, b]) t.like((await ledger(sku)).sums, { onHand: 1, reserved: 0 });
});

test("a sale that the variant forgot is remembered by the ledger", async (t) => {
	const sku = await stocked(500);
	const lines = [{ sku, quantity: 1 }];
	await commit("ord_first", lines);
	await Promise.all(Array.from({ length: 210 }, (_, n) => commit(`ord_next_${n}`, lines)));
	const id = (await shop.ask(saleItems, { skus: [sku] })).data[0]!.variantId;
	t.false((await variants.get(id)).settled.includes("commit ord_first"));
	await ledger(sku, 20);
	await commit("ord_first", lines);
	t.is((await stock(sku)).onHand, 500 - 211);
});

test("the ledger sums to the figures at every moment, page by page", async (t) => {
	const sku = await stocked(100);
	const work = Array.from({ length: 40 }, async (_, n) => {
		const lines = [{ sku, quantity: (n % 3) + 1 }];
		await reserve(`ord_led_${n}`, lines);
		if (n % 2) await commit(`ord_led_${n}`, lines);
		else await shop.ask(releaseStock, { reference: `ord_led_${n}`, lines });
	});
	for (let n = 0; n < 10; n++) {
		const { sums, stock: figures } = await ledger(sku, 7);
		t.deepEqual(sums, { onHand: figures.onHand, reserved: figures.reserved });
	}
	await Promise.all(work);
	await shop.ask(setInventory, { sku, adjust: -2, reason: "broken in the window" });
	const { movements, sums, stock: figures } = await ledger(sku, 7);
	t.like(movements.at(-1), { kind: "adjust", onHand: -2, reserved: 0, reference: "broken in the window" });
	t.deepEqual(sums, { onHand: figures.onHand, reserved: 0 });
	t.is(new Set(movements.map(({ id }) => id)).size, 82);
});

test("the ledger is exact when nobody has written it down yet", async (t) => {
	const sku = await stocked(3);
	await reserve("ord_outbox", [{ sku, quantity: 1 }]);
	const { movements, sums } = await ledger(sku);
	t.deepEqual(sums, { onHand: 3, reserved: 1 });
	t.deepEqual(
		movements.map(({ kind }) => kind),
		["count", "reserve"],
	);
});

test("stock cannot be counted below what is held", async (t) => {
	const sku = await stocked(5);
	await reserve("ord_count", [{ sku, quantity: 3 }]);
	t.like(await t.throwsAsync(shop.ask(setInventory, { sku, onHand: 2 })), { type: "stock_below_reserved" });
	t.like(await shop.ask(setInventory, { sku, onHand: 3 }), { available: 0 });
	t.like(await t.throwsAsync(shop.ask(setInventory, { sku: "NO-SUCH", onHand: 2 })), { type: "not_found" });
});

test("what is not sold is left out of what can be put in a cart", async (t) => {
	const sku = await stocked(5);
	const { data } = await shop.ask(saleItems, { skus: [sku, "NO-SUCH"], variantIds: ["var_0"] });
	t.like(data, { length: 1, 0: { sku, available: 5, price: { amount: 100, currency: "USD" } } });
	await shop.ask(deleteProduct, { id: data[0]!.productId });
	t.deepEqual(await shop.ask(saleItems, { skus: [sku] }), { data: [] });
	await t.throwsAsync(reserve("ord_deleted", [{ sku, quantity: 1 }]));
});

test("orders that want the same goods in another order do not block each other", async (t) => {
	const [a, b] = [await stocked(20), await stocked(20)];
	const results = await Promise.allSettled(
		Array.from({ length: 60 }, (_, n) => {
			const lines = [
				{ sku: a, quantity: 1 },
				{ sku: b, quantity: 1 },
			];
			return reserve(`ord_cross_${n}`, n % 2 ? lines : lines.reverse());
		}),
	);
	t.is(results.filter(({ status }) => status === "fulfilled").length, 20);
	for (const sku of [a, b]) t.like(await stock(sku), { reserved: 20, available: 0 });
});
