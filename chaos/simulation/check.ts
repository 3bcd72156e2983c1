import type { CartState } from "../../services/cart/domain.ts";
import type { NotificationState } from "../../services/notification/domain.ts";
import type { OrderState } from "../../services/order/domain.ts";
import type { Payment } from "../../services/payment/domain.ts";
import type { VariantState } from "../../services/product/model.ts";
import { isSettled } from "../../services/product/stock.ts";
import type { Shelf, Told } from "./buyers.ts";
import type { Watch } from "./database.ts";
import type { World } from "./world.ts";

type Stored<T> = T & { _id: string };

/** What no write may break, not even for a moment. */
export const watch =
	(world: World): Watch =>
	(collection, document) => {
		if (collection !== "variants") return;
		const variant = document as unknown as VariantState;
		const { sku, onHand, reserved, holds } = variant;
		const held = holds.reduce((sum, { quantity }) => sum + quantity, 0);
		if (reserved < 0 || onHand < reserved || held !== reserved)
			world.violations.push(`${sku}: ${onHand} on hand, ${reserved} reserved, ${held} held`);
		// Goods that nobody gets, until the hold runs out.
		const references = holds.map(({ reference }) => reference);
		if (new Set(references).size < references.length) world.violations.push(`${sku} is held twice for one order`);
		for (const reference of references)
			if (isSettled(variant, reference)) world.violations.push(`${sku} is held for an order that has got or left it`);
	};

/** Everything that must hold when all is quiet. @returns a sentence for each violation */
export function violationsOf(world: World, shelves: Shelf[], told: Told[]): string[] {
	const wrong = [...world.violations];
	const orders = world.documents<Stored<OrderState>>("order", "orders").filter(({ forgetAt }) => !forgetAt);
	const say = (condition: boolean, sentence: string) => {
		if (!condition) wrong.push(sentence);
	};
	say(world.pending() === 0, `${world.pending()} events are on their way for ever`);
	for (const order of orders) checkOrder(world, order, say);
	checkProvider(world, orders, say);
	for (const { _id, status, orderId } of world.documents<Stored<CartState>>("cart", "carts"))
		if (status === "ordering")
			say(
				orders.some((order) => order._id === orderId && !FINAL.includes(order.saga)),
				`${_id} is held by ${orderId}, which is over or gone`,
			);
	checkStock(world, orders, shelves, say);
	checkLedgers(world, say);
	checkTold(orders, told, say);
	checkRevisions(world, say);
	return wrong;
}

type Say = (condition: boolean, sentence: string) => void;

const FINAL = ["confirmed", "failed", "cancelled"];

function checkOrder(world: World, order: Stored<OrderState>, say: Say): void {
	const { _id: id, saga, totals, refunds, payment } = order;
	say(FINAL.includes(saga), `${id} stays ${saga}`);
	say(order.nextAttemptAt === null, `${id} is ${saga} and due at ${order.nextAttemptAt}`);
	const intents = [...world.stripe.intents.values()].filter(({ orderId }) => orderId === id);
	say(intents.length <= 1, `${id} has ${intents.length} payments at the provider`);
	const [intent] = intents;
	const captured = intent?.status === "captured" ? intent.amount : 0;
	const refunded = intent?.refunds.reduce((sum, one) => sum + one.amount, 0) ?? 0;
	const stored = world.documents<Stored<Payment>>("payment", "payments").find(({ _id }) => _id === payment.id);
	if (saga === "confirmed") {
		const returned = refunds.reduce((sum, one) => sum + (one.done ? one.amount.amount : 0), 0);
		say(captured === totals?.total.amount, `${id} is confirmed for ${totals?.total.amount}, captured is ${captured}`);
		say(intent?.captures === 1, `${id} was captured ${intent?.captures} times`);
		say(refunded === returned, `${id} says ${returned} went back, the provider says ${refunded}`);
		say(
			refunds.every(({ done }) => done),
			`${id} has a refund that is not done`,
		);
	} else
		say(
			captured === refunded && intent?.status !== "authorized",
			`${id} is ${saga}, and its payment is ${intent?.status}`,
		);
	if (stored) {
		say(stored.captured === captured, `${id}: the payment says ${stored.captured}, the provider ${captured}`);
		say(stored.refunded === refunded, `${id}: the payment says ${stored.refunded} refunded, the provider ${refunded}`);
	}
	const bought = [...world.carriers.postage.values()].filter(({ reference, state }) => {
		const shipment = world
			.documents<{ _id: string; orderId: string }>("shipping", "shipments")
			.find(({ _id }) => _id === reference);
		return shipment?.orderId === id && state === "bought";
	});
	if (saga === "confirmed") say(bought.length === 1, `${id} has ${bought.length} parcels with postage`);
	else say(bought.length === 0, `${id} is ${saga} and has ${bought.length} parcels with postage`);
	const notes = world.documents<Stored<NotificationState>>("notification", "notifications");
	const confirmations = notes.filter(({ kind, reference }) => kind === "order_confirmed" && reference === id);
	const everConfirmed = order.timeline.some(({ type }) => type === "order.confirmed");
	say(confirmations.length === (everConfirmed ? 1 : 0), `${id} was confirmed by ${confirmations.length} mails`);
	for (const { _id, status } of confirmations)
		say(status === "sent" && world.mails.has(_id), `the mail ${_id} of ${id} is ${status}`);
	for (const type of ["order.confirmed", "order.payment_failed", "order.cancelled", "payment.captured"]) {
		const times = order.timeline.filter((entry) => entry.type === type).length;
		say(times <= 1, `${id} tells ${times} times of ${type}`);
	}
	const cart = world.documents<Stored<CartState>>("cart", "carts").find(({ _id }) => _id === order.cartId);
	if (saga === "failed") say(cart?.orderId !== id, `${id} failed and still holds its cart`);
	if (saga === "confirmed")
		say(cart?.orderId === id && cart.status === "ordered", `${id} is confirmed, its cart is ${cart?.status}`);
}

function checkProvider(world: World, orders: Stored<OrderState>[], say: Say): void {
	for (const intent of world.stripe.intents.values()) {
		if (orders.some(({ _id }) => _id === intent.orderId)) continue;
		say(intent.status === "voided" || intent.status === "failed", `${intent.id} is ${intent.status} without an order`);
	}
}

function checkStock(world: World, orders: Stored<OrderState>[], shelves: Shelf[], say: Say): void {
	for (const { sku, onHand: initial } of shelves) {
		const variant = world.documents<VariantState>("product", "variants").find((one) => one.sku === sku) as VariantState;
		const sold = orders
			.filter(({ saga }) => saga === "confirmed")
			.flatMap(({ items }) => items)
			.reduce((sum, item) => sum + (item.sku === sku ? item.quantity : 0), 0);
		say(variant.reserved === 0 && variant.holds.length === 0, `${sku}: ${variant.reserved} are held for nobody`);
		say(variant.onHand + sold === initial, `${sku}: ${initial} at first, ${sold} sold, ${variant.onHand} left`);
		const entries = world
			.documents<{ _id: string; onHand: number; reserved: number }>("product", "movements")
			.filter(({ _id }) => _id.startsWith(`var_${sku.slice(4)}/`));
		say(entries.length === variant.moves, `${sku}: ${variant.moves} movements, ${entries.length} in the ledger`);
		const moved = entries.reduce((sum, entry) => sum + entry.onHand, 0);
		say(moved === variant.onHand - initial, `${sku}: the ledger says ${moved}, the shelf ${variant.onHand - initial}`);
	}
}

function checkLedgers(world: World, say: Say): void {
	for (const { _id, ledger, captured, refunded } of world.documents<Stored<Payment>>("payment", "payments")) {
		const sum = ledger.reduce((total, { amount }) => total + amount, 0);
		const cash = ledger.reduce((total, { account, amount }) => total + (account.startsWith("cash") ? amount : 0), 0);
		say(sum === 0, `the entries of ${_id} sum to ${sum}`);
		say(cash === captured - refunded, `the entries of ${_id} hold ${cash}, the payment ${captured - refunded}`);
	}
}

/** What a buyer with a good cart may be told; whoever presses twice, that the other request has the cart. */
const REFUSALS: ReadonlySet<string> = new Set(["payment_declined", "out_of_stock", "cart_not_open"]);

function checkTold(orders: Stored<OrderState>[], told: Told[], say: Say): void {
	for (const { cartId, orderId, outcome, code } of told) {
		say(code === undefined || REFUSALS.has(code), `the buyer of ${cartId} was refused as ${code}`);
		const live = orders.filter((order) => order.cartId === cartId && order.saga === "confirmed");
		say(live.length <= 1, `${cartId} was ordered ${live.length} times`);
		const order = orders.find(({ _id }) => _id === orderId);
		if (outcome === "confirmed" || outcome === "refunded")
			say(order?.saga === "confirmed", `the buyer of ${orderId} was told it is confirmed; it is ${order?.saga}`);
		if (outcome === "cancelled")
			say(order?.saga === "cancelled", `the buyer of ${orderId} was told it is cancelled; it is ${order?.saga}`);
		if (outcome === "refused")
			say(live.length === 0, `the buyer of ${cartId} was refused, and ${live[0]?._id} is confirmed`);
	}
}

/** An event for every change that promised one: revisions of events are those of their aggregates, none is missing of a variant's movements. */
function checkRevisions(world: World, say: Say): void {
	const versions = new Map<string, Set<number>>();
	for (const event of world.bus.published.values()) {
		if (event.name !== "stock.changed") continue;
		const known = versions.get(event.aggregate) ?? new Set();
		known.add(event.data.version as number);
		versions.set(event.aggregate, known);
	}
	for (const variant of world.documents<Stored<VariantState>>("product", "variants"))
		say(
			(versions.get(variant._id)?.size ?? 0) === variant.moves,
			`${variant.sku}: ${variant.moves} movements, ${versions.get(variant._id)?.size ?? 0} published`,
		);
}
