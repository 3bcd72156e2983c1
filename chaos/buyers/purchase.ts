import type { Ask } from "./client.ts";

/** What the buyer pays with: a card that is good, declined, or asks for 3-D Secure, or PayPal. */
export type Means = "card" | "declined" | "challenged" | "paypal";

/**
 * What the buyer does on the provider's page: approves and comes back to the shop; approves and never comes back, so that the
 * webhook alone makes the order go on; refuses; or walks away without a word, and the order waits until its deadline.
 */
export type Visit = "comes back" | "stays away" | "refuses" | "walks away";

/** What is wanted of the order afterwards, by its buyer or by staff; a parcel is cancelled when it has its label. */
export type Wish =
	| "nothing"
	| "cancel"
	| "cancel parcel"
	| "refund part"
	| "refund whole"
	| "refund twice"
	| "refund and cancel";

/** What a buyer is like. */
export interface Kind {
	means: Means;
	visit: Visit;
	wish: Wish;
}

export interface Wanted {
	sku: string;
	variantId: string;
	quantity: number;
}

/** A definite answer, and what it says of the order. */
export interface Answer {
	status: number;
	body: string;
	orderId: string | null;
	orderStatus: string | null;
	code: string | null;
}

/** A request about an order that exists. Amounts in minor units. */
export interface Request extends Ask {
	what: "resume" | "cancel" | "refund";
	amount: number;
	tries: number;
	answer: Answer | null;
}

/** One buyer with one cart and one Idempotency-Key. */
export interface Purchase extends Kind {
	/** The fault it was made under. */
	fault: string;
	key: string;
	cartId: string;
	cartToken: string;
	email: string;
	wanted: Wanted[];
	tries: number;
	/** Gone before the answer came: nobody asks again. */
	left: boolean;
	/** The first definite answer. */
	answer: Answer | null;
	/** The order's status when it was paid for, or was not, as its buyer was told; null when nobody said. */
	outcome: string | null;
	/** What was asked for after the order. */
	requests: Request[];
}

/** What buyers are like, one after the other and round again, so that few of them have every kind. */
const KINDS: readonly [Means, Visit, Wish][] = [
	["declined", "comes back", "nothing"],
	["paypal", "comes back", "nothing"],
	["card", "comes back", "cancel"],
	["challenged", "comes back", "refund part"],
	["card", "comes back", "refund whole"],
	["card", "comes back", "nothing"],
	["paypal", "comes back", "cancel"],
	["challenged", "walks away", "nothing"],
	["card", "comes back", "refund twice"],
	["paypal", "stays away", "nothing"],
	["declined", "comes back", "nothing"],
	["challenged", "comes back", "cancel parcel"],
	["card", "comes back", "refund and cancel"],
	["paypal", "refuses", "nothing"],
	["paypal", "walks away", "nothing"],
	["card", "comes back", "nothing"],
	["paypal", "comes back", "refund part"],
	["challenged", "stays away", "refund whole"],
	["challenged", "refuses", "nothing"],
	["card", "comes back", "nothing"],
	["paypal", "comes back", "refund twice"],
	["challenged", "walks away", "cancel"],
	["card", "comes back", "cancel parcel"],
	["paypal", "walks away", "cancel"],
	["card", "comes back", "nothing"],
];

/** What the buyer of a number is like. */
export function kindOf(number: number): Kind {
	const [means, visit, wish] = KINDS[number % KINDS.length]!;
	return { means, visit, wish };
}

const CARDS: Record<Exclude<Means, "paypal">, string> = {
	card: "pm_card_visa",
	declined: "pm_card_chargeDeclined",
	challenged: "pm_card_authenticationRequired",
};

/** The payment as the order's request names it. */
export const paymentOf = (means: Means): { provider: "stripe" | "paypal"; paymentMethod?: string } =>
	means === "paypal" ? { provider: "paypal" } : { provider: "stripe", paymentMethod: CARDS[means] };

/** What a definite answer says; `order` is a part of it, or all of it. */
export function answerOf({ status, body }: { status: number; body: string }): Answer {
	const said = JSON.parse(body);
	const order = said.order ?? (status < 300 ? said : null);
	return { status, body, orderId: order?.id ?? null, orderStatus: order?.status ?? null, code: said.code ?? null };
}
