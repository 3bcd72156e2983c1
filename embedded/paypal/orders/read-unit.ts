import type { PurchaseUnit } from "../documents.ts";
import { malformed, refused, unsupported } from "../errors.ts";
import { type Money, minor, readMoney } from "../money.ts";

type Given = Record<string, unknown>;

const TEXTS: [name: keyof PurchaseUnit & string, max: number][] = [
	["reference_id", 256],
	["description", 127],
	["custom_id", 255],
	["invoice_id", 127],
	["soft_descriptor", 22],
];
// The parts of the total, and whether they add to it or take from it.
const PARTS: Record<string, 1 | -1> = {
	item_total: 1,
	tax_total: 1,
	shipping: 1,
	handling: 1,
	insurance: 1,
	shipping_discount: -1,
	discount: -1,
};

/** Reads a purchase unit and holds its sums against each other, as PayPal does. */
export function readUnit(given: unknown, field: string): PurchaseUnit {
	if (typeof given !== "object" || given === null) throw malformed("INVALID_PARAMETER_SYNTAX", field);
	const unit = given as Given;
	if (unit.payment_instruction !== undefined) throw unsupported(`${field}/payment_instruction`);
	for (const [name, max] of TEXTS) {
		const value = unit[name];
		if (value === undefined) continue;
		if (typeof value !== "string") throw malformed("INVALID_PARAMETER_SYNTAX", `${field}/${name}`);
		if (value.length < 1 || value.length > max) throw malformed("INVALID_STRING_LENGTH", `${field}/${name}`);
	}
	const amount = readAmount(unit.amount, `${field}/amount`);
	if (unit.items !== undefined) checkItems(unit.items, amount, field);
	const text = Object.fromEntries(TEXTS.flatMap(([name]) => (unit[name] === undefined ? [] : [[name, unit[name]]])));
	return {
		reference_id: "default",
		...text,
		amount,
		...(unit.items ? { items: unit.items as object[] } : {}),
		...(unit.shipping ? { shipping: unit.shipping as object } : {}),
		...(unit.payee ? { payee: unit.payee as object } : {}),
		payments: { authorizations: [], captures: [], refunds: [] },
	};
}

/** An amount whose breakdown, if there is one, adds up to it. */
export function readAmount(given: unknown, field: string): PurchaseUnit["amount"] {
	const total = readMoney(given, field);
	const { breakdown } = given as { breakdown?: Given };
	if (breakdown === undefined) return total;
	if (typeof breakdown !== "object" || breakdown === null)
		throw malformed("INVALID_PARAMETER_SYNTAX", `${field}/breakdown`);
	const parts: Record<string, Money> = {};
	let sum = 0;
	for (const [name, value] of Object.entries(breakdown)) {
		const sign = Object.hasOwn(PARTS, name) ? PARTS[name]! : undefined;
		if (sign === undefined) throw malformed("INVALID_PARAMETER", `${field}/breakdown/${name}`);
		const part = readMoney(value, `${field}/breakdown/${name}`, { zero: true });
		if (part.currency_code !== total.currency_code) throw refused("MULTI_CURRENCY_ORDER", `${field}/breakdown/${name}`);
		parts[name] = part;
		sum += sign * minor(part);
	}
	if (sum !== minor(total)) throw refused("AMOUNT_MISMATCH", `${field}/value`);
	return { ...total, breakdown: parts };
}

function checkItems(items: unknown, amount: PurchaseUnit["amount"], field: string): void {
	if (!Array.isArray(items)) throw malformed("INVALID_PARAMETER_SYNTAX", `${field}/items`);
	let sum = 0;
	items.forEach((item: Given, i) => {
		const at = `${field}/items/${i}`;
		if (typeof item?.name !== "string" || item.name === "") throw malformed("MISSING_REQUIRED_PARAMETER", `${at}/name`);
		if (item.name.length > 127) throw malformed("INVALID_STRING_LENGTH", `${at}/name`);
		if (typeof item.quantity !== "string" || !/^[1-9]\d{0,9}$/.test(item.quantity))
			throw malformed("INVALID_PARAMETER_SYNTAX", `${at}/quantity`);
		const price = readMoney(item.unit_amount, `${at}/unit_amount`, { zero: true });
		if (price.currency_code !== amount.currency_code) throw refused("MULTI_CURRENCY_ORDER", `${at}/unit_amount`);
		sum += minor(price) * Number(item.quantity);
	});
	const total = amount.breakdown?.item_total;
	if (!total) throw refused("ITEM_TOTAL_REQUIRED", `${field}/amount/breakdown/item_total`);
	if (minor(total) !== sum) throw refused("ITEM_TOTAL_MISMATCH", `${field}/amount/breakdown/item_total/value`);
}
