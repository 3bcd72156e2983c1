import type { Wrong } from "./sound.ts";

export const stock: Wrong[] = [
	[
		"stock that was sold twice",
		"initial == available + held + sold",
		/A began with 10: 2 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 4 }),
	],
	[
		"stock that was oversold",
		"initial == available + held + sold",
		/A is oversold: -1/,
		({ variants, initial }) => {
			Object.assign(variants[0]!, { onHand: 1 });
			initial.set("A", 1);
		},
	],
	[
		"a hold that nobody gives back",
		"nothing held for an order that is over",
		/holds 1 for ord_2, which is failed/,
		({ variants }) => variants[0]!.holds.push({ reference: "ord_2", quantity: 1 }),
	],
	[
		"stock of a cancelled order that did not come back",
		"initial == available + held + sold",
		/A began with 10: 2 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 4 }),
	],
	[
		"stock of a cancelled order that came back twice",
		"initial == available + held + sold",
		/A began with 10: 6 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 8 }),
	],
];
