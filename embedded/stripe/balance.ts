import { endpoint } from "./endpoint.ts";

/** What was captured and not refunded or disputed, by currency. The stand-in takes no fees and pays out nothing. */
export const balanceEndpoints = [
	endpoint("GET", "/v1/balance", {}, (account) => {
		const sums = new Map<string, number>();
		for (const charge of account.charges.find(({ captured, disputed }) => captured && !disputed)) {
			// The part of an authorization that was released counts as refunded too.
			const refunded = account.refunds
				.list({ term: `charge:${charge.id}` })
				.reduce((sum, { amount, status }) => sum + (status === "failed" ? 0 : amount), 0);
			sums.set(charge.currency, (sums.get(charge.currency) ?? 0) + charge.amount_captured - refunded);
		}
		const available = [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
		const pending = available.map(({ currency }) => ({ amount: 0, currency, source_types: { card: 0 } }));
		return { object: "balance", available, livemode: false, pending };
	}),
];
