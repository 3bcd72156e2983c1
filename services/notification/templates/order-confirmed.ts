import { type Block, type Data, link, small, type Template, table, text } from "./content.ts";

const SUMS = [
	["subtotal", "Subtotal"],
	["discount", "Discount"],
	["shipping", "Shipping"],
	["tax", "Tax"],
] as const;

export const orderConfirmed: Template = {
	subject: (data) => `Thank you for your order ${data.text("number")}`,
	body(data) {
		const items = data.list("items").map(itemRow);
		const blocks: Block[] = [
			text("Thank you. We have your order and your payment, and we are packing it now."),
			table([...items, ...sums(data), ["Total", data.money("total")]]),
		];
		if (data.optional("orderUrl")) blocks.push(link("See your order", data.url("orderUrl")));
		return [...blocks, small("We write again as soon as your parcel is on its way.")];
	},
};

const itemRow = (item: Data): [string, string] => [
	`${item.text("quantity")} × ${item.text("title")}`,
	item.money("total"),
];

function sums(data: Data): [string, string][] {
	const totals = data.part("totals");
	return SUMS.filter(([name]) => name !== "discount" || totals.part("discount").optional("amount") !== "0").map(
		([name, label]) => [label, name === "discount" ? `-${totals.money(name)}` : totals.money(name)],
	);
}
