import type { LedgerEntry, Provider } from "../../schemas/payment.ts";

/**
 * The two entries of one effect: what lies at the provider grows by `amount` (shrinks by a refund, which is negative), and
 * sales are its counterpart. Their ids are the payment's, the effect's name and a count, so an effect is never in twice.
 */
export function entriesOf(
	payment: { id: string; provider: Provider; currency: string },
	effect: string,
	amount: number,
	at: string,
): LedgerEntry[] {
	const { id, provider, currency } = payment;
	return [
		{ id: `${id}/${effect}/0`, account: `cash:${provider}`, amount, currency, at },
		{ id: `${id}/${effect}/1`, account: "sales", amount: -amount, currency, at },
	];
}
