import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { refundPayment } from "../../../schemas/payment.ts";
import { type Payment, stateOf } from "../domain.ts";
import { inTurn, keep, payments } from "../model.ts";
import { ask, instruct } from "../providers/index.ts";
import { Refused } from "../providers/provider.ts";
import { type Refund, sawRefunds, withRefund, withRefusedRefund } from "../refunds.ts";
import { settle } from "../settle.ts";

/** Providers know their keys for so many milliseconds at least (PayPal 6 hours, Stripe 24). */
const KEYS_KNOWN = 5 * 3_600_000;

export default action(refundPayment, ({ params: { id, refundId, amount } }) =>
	inTurn(id, async () => {
		const at = new Date().toISOString();
		let payment = keep(await payments.change(id, (state) => ({ state: withRefund(state, refundId, amount, at) })));
		if (Date.now() - Date.parse(refundOf(payment, refundId).at) > KEYS_KNOWN) payment = await looked(payment);
		const refund = refundOf(payment, refundId);
		if (refund.status === "pending" || refund.status === "succeeded") return stateOf(payment);
		if (refund.status === "failed") throw refused(refundId);
		return stateOf(await asked(payment, refund));
	}),
);

async function asked(payment: Payment, refund: Refund): Promise<Payment> {
	try {
		const sight = await instruct(payment.provider, (provider) => provider.refund(payment, refund));
		if (sight.amount !== refund.amount)
			throw fail("provider_failed", {}, `The provider refunded ${sight.amount} instead of ${refund.amount}`);
		const at = new Date().toISOString();
		return keep(
			await payments.change(payment.id, (state) => ({ state: sawRefunds(state, [{ ...sight, id: refund.id }], at) })),
		);
	} catch (error) {
		if (!(error instanceof Refused)) throw error;
		keep(await payments.change(payment.id, (state) => ({ state: withRefusedRefund(state, refund.id) })));
		throw refused(refund.id, error.message);
	}
}

const looked = async (payment: Payment) =>
	settle(payment, await ask(payment.provider, (provider) => provider.look(payment)));

const refundOf = (payment: Payment, id: string) => payment.refunds.find((refund) => refund.id === id)!;

const refused = (id: string, detail = `The refund ${id} failed`) =>
	fail("transition_not_allowed", { allowed: [] }, detail);
