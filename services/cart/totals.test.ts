import test from "ava";
import fc from "fast-check";
import type { AppliedPromotion, CartState } from "./domain.ts";
import type { CartLine } from "./lines.ts";
import { split } from "./shares.ts";
import { taxRates } from "./tax.ts";
import { sharesOf, totalsOf } from "./totals.ts";

const NOW = "2026-07-01T12:00:00.000Z";
const LATER = "2026-07-02T12:00:00.000Z";
const TAXES = taxRates("DE=19,US=4,US-CA=7.25,US-NY=8.875,XX=100");

const empty: CartState = {
	id: "cart_1",
	rev: 1,
	status: "open",
	tokenHash: null,
	currency: "USD",
	items: [],
	promotions: [],
	shippingAddress: null,
	shippingRate: null,
	rateUntil: null,
	rateDropped: false,
	orderId: null,
	checkout: null,
	uses: [],
	mergedInto: null,
	mergedFrom: [],
	createdAt: NOW,
};

const line = (price: number, quantity: number, index = 0): CartLine => ({
	id: `itm_${index}`,
	variantId: `var_${index}`,
	sku: `SKU-${index}`,
	productId: "prod_1",
	slug: "thing",
	title: "Thing",
	image: null,
	quantity,
	price,
	grams: 100,
	requiresShipping: true,
});

const promotion = (terms: Partial<AppliedPromotion>): AppliedPromotion => ({
	promotionId: "prm_1",
	code: "CODE",
	title: "Code",
	percentage: null,
	amount: null,
	minimum: null,
	startsAt: null,
	endsAt: null,
	...terms,
});

const rate = (amount: number) => ({
	id: "rate_1",
	carrier: "UPS",
	service: "Ground",
	price: { amount, currency: "USD" },
	minDeliveryDate: null,
	maxDeliveryDate: null,
});

const address = (country: string, state?: string) => ({
	name: "A",
	line1: "1",
	city: "B",
	postalCode: "1",
	country,
	state,
});

const price = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 90_000_000 }));
const line$ = fc.tuple(price, fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9_999 })));
const promotion$ = fc.oneof(
	fc.record({ percentage: fc.integer({ min: 1, max: 100 }) }),
	fc.record({ amount: fc.integer({ min: 1, max: 50_000 }) }),
	fc.record({ amount: fc.integer({ min: 1, max: 5_000_000 }), minimum: fc.integer({ min: 1, max: 100_000 }) }),
	fc.record({ percentage: fc.integer({ min: 1, max: 100 }), endsAt: fc.constantFrom(NOW, LATER) }),
);
const address$ = fc.constantFrom(
	null,
	address("DE"),
	address("US", "CA"),
	address("US", "NY"),
	address("US", "TX"),
	address("FR"),
	address("XX"),
);
const cart$ = fc
	.record({
		lines: fc.array(line$, { maxLength: 12 }),
		promotions: fc.array(promotion$, { maxLength: 3 }),
		shipping: fc.option(fc.integer({ min: 0, max: 30_000 })),
		to: address$,
	})
	.map(
		({ lines, promotions, shipping, to }): CartState => ({
			...empty,
			items: lines.map(([amount, quantity], index) => line(amount, quantity, index)),
			promotions: promotions.map((terms) => promotion(terms)),
			shippingAddress: to,
			shippingRate: shipping === null ? null : rate(shipping),
			rateUntil: LATER,
		}),
	);

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

test("the lines, less discounts, with shipping and tax are the total in whole cents, for 10,000 carts", (t) => {
	fc.assert(
		fc.property(cart$, (cart) => {
			const totals = totalsOf(cart, NOW, TAXES);
			const { subtotal, discount, reductions, shipping, tax, total } = totals;
			const lines = cart.items.map((item) => item.price * item.quantity);
			const shares = sharesOf(cart, totals);
			const figures = [subtotal, discount, shipping, tax, total, ...reductions, ...shares.flatMap(Object.values)];
			return (
				figures.every((figure) => Number.isSafeInteger(figure) && figure >= 0) &&
				subtotal === sum(lines) &&
				subtotal - discount + shipping + tax === total &&
				sum(reductions) === discount &&
				(lines.length === 0 || sum(shares.map((share) => share.discount)) === discount) &&
				shares.every((share, index) => share.discount <= lines[index]!) &&
				sum(shares.map((share) => share.tax)) <= tax
			);
		}),
		{ numRuns: 10_000 },
	);
	t.pass();
});

test("a split loses no cent and gives nobody a whole cent too much", (t) => {
	const weights$ = fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 20 });
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 1e12 }), weights$, (amount, weights) => {
			const parts = split(amount, weights);
			const all = BigInt(sum(weights));
			return (
				sum(parts) === amount &&
				(all === 0n ||
					parts.every((part, index) => {
						const off = BigInt(part) * all - BigInt(amount) * BigInt(weights[index]!);
						return off > -all && off < all;
					}))
			);
		}),
		{ numRuns: 3_000 },
	);
	t.deepEqual(split(100, [1, 1, 1]), [34, 33, 33]);
	t.deepEqual(split(5, [0, 0]), [5, 0]);
	t.deepEqual(split(10, [1, 3]), [3, 7]);
});

test("tax falls on discounted goods and shipping, by state before country, half up", (t) => {
	const cart: CartState = {
		...empty,
		items: [line(1_000, 2)],
		promotions: [promotion({ percentage: 15 })],
		shippingRate: rate(300),
		rateUntil: LATER,
	};
	const taxIn = (to: CartState["shippingAddress"]) => totalsOf({ ...cart, shippingAddress: to }, NOW, TAXES).tax;
	t.is(taxIn(address("US", "CA")), 145);
	t.is(taxIn(address("US", " ca ")), 145);
	t.is(taxIn(address("US", "TX")), 80);
	t.is(taxIn(address("DE")), 380);
	t.is(taxIn(address("FR")), 0);
	t.is(taxIn(null), 0);
});

test("a percentage is taken before an amount that came later, and an amount takes no more than the goods", (t) => {
	const cart = {
		...empty,
		items: [line(999, 1)],
		promotions: [promotion({ percentage: 10 }), promotion({ amount: 5_000 })],
		shippingRate: rate(700),
		rateUntil: LATER,
	};
	const totals = totalsOf(cart, NOW, TAXES);
	t.deepEqual(totals, { subtotal: 999, discount: 999, reductions: [100, 899], shipping: 700, tax: 0, total: 700 });
});

test("a promotion counts only in its time and from its minimum", (t) => {
	const off = (terms: Partial<AppliedPromotion>) =>
		totalsOf({ ...empty, items: [line(1_000, 1)], promotions: [promotion({ amount: 100, ...terms })] }, NOW, TAXES)
			.discount;
	t.is(off({ startsAt: NOW, endsAt: LATER }), 100);
	t.is(off({ endsAt: NOW }), 0);
	t.is(off({ startsAt: LATER }), 0);
	t.is(off({ minimum: 1_000 }), 100);
	t.is(off({ minimum: 1_001 }), 0);
});

test("tax rates that cannot be read stop the shop with the entry's name", (t) => {
	t.throws(() => taxRates("DE=19,Bavaria=7"), { message: /"Bavaria=7"/ });
	t.throws(() => taxRates("DE=190"), { message: /"DE=190"/ });
	t.is(taxRates("").size, 0);
});
