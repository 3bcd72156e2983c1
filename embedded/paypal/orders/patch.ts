import type { PurchaseUnit } from "../documents.ts";
import type { Endpoint } from "../endpoint.ts";
import { malformed, refused } from "../errors.ts";
import { timestamp } from "../ids.ts";
import { orderOf } from "./pay.ts";
import { readAmount, readUnit } from "./read-unit.ts";

const PATH =
	/^\/purchase_units\/@reference_id=='([^']+)'\/(amount|custom_id|description|invoice_id|soft_descriptor|shipping)$/;

/** Changes a purchase unit: `amount` until the payer has approved, its texts and `shipping` until the order is completed. */
export const patchOrder: Endpoint = {
	method: "PATCH",
	path: "/v2/checkout/orders/:id",
	run(account, { id, body: { operations } }) {
		const order = orderOf(account, id);
		if (order.status === "COMPLETED" || order.status === "VOIDED") throw refused("ORDER_ALREADY_COMPLETED");
		if (!Array.isArray(operations) || operations.length === 0) throw malformed("MISSING_REQUIRED_PARAMETER", "/op");
		const units = order.purchase_units.map((unit) => ({ ...unit }));
		for (const { op, path, value } of operations as { op?: unknown; path?: unknown; value?: unknown }[]) {
			if (op !== "add" && op !== "replace" && op !== "remove") throw malformed("INVALID_PARAMETER_VALUE", "/op");
			const [, reference, name] = PATH.exec(String(path)) ?? [];
			const at = units.findIndex(({ reference_id }) => reference_id === reference);
			if (!name || at < 0) throw refused("FIELD_NOT_PATCHABLE", String(path));
			const unit = units[at]! as Partial<PurchaseUnit> & Record<string, unknown>;
			if (name === "amount" && order.status === "APPROVED") throw refused("AMOUNT_NOT_PATCHABLE", String(path));
			if (op !== "add" && unit[name] === undefined) throw refused("INVALID_PATCH_OPERATION", String(path));
			if (op === "remove") {
				if (name === "amount") throw refused("INVALID_PATCH_OPERATION", String(path));
				delete unit[name];
			} else if (name === "amount") unit.amount = readAmount(value, String(path));
			else {
				unit[name] = value;
				readUnit(unit, `/purchase_units/${at}`);
			}
		}
		account.orders.put(id, { ...order, purchase_units: units, update_time: timestamp() });
		return { status: 204 };
	},
};
