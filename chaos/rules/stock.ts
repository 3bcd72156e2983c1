import { at, FINAL, isPaid, type Rules } from "./rule.ts";

/** Nothing is sold twice, and nothing stays held. */
export const stock: Rules = {
	*"initial == available + held + sold"({ orders, variants, initial }) {
		const sold = new Map<string, number>();
		for (const order of orders)
			if (isPaid(order)) for (const { sku, quantity } of order.items) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
		for (const { sku, onHand, reserved, holds } of variants) {
			const held = holds.reduce((sum, { quantity }) => sum + quantity, 0);
			const available = onHand - reserved;
			const sum = available + held + (sold.get(sku) ?? 0);
			if (sum !== initial.get(sku))
				yield at(
					sku,
					`began with ${initial.get(sku)}: ${available} available + ${held} held + ${sold.get(sku) ?? 0} sold = ${sum}`,
				);
			if (reserved !== held) yield at(sku, `has ${reserved} reserved but holds of ${held}`);
			if (available < 0) yield at(sku, `is oversold: ${available} available`);
		}
	},

	*"nothing held for an order that is over"({ orders, variants }) {
		const over = new Map(orders.filter(({ saga }) => FINAL.has(saga)).map((order) => [order.id, order]));
		for (const { sku, holds } of variants)
			for (const { reference, quantity } of holds)
				if (over.has(reference))
					yield at(sku, `holds ${quantity} for ${reference}, which is ${over.get(reference)!.saga}`);
	},
};
