import { action } from "../../../runtime/action.ts";
import { publicUrl } from "../../../runtime/public-url.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import type { Params } from "../../../schemas/contract.ts";
import { authorizePayment } from "../../../schemas/payment.ts";
import { type Payment, pending, stateOf } from "../domain.ts";
import { inTurn, keep, payments } from "../model.ts";
import { ask, requireUp } from "../providers/index.ts";
import { type Sight, without } from "../providers/provider.ts";
import { settle } from "../settle.ts";

export default action(authorizePayment, ({ params }) =>
	inTurn(params.id, async () => {
		requireUp(params.provider);
		const payment = await begun(params);
		if (payment.status !== "pending") return stateOf(payment);
		return stateOf(await settle(payment, await authorized(payment)));
	}),
);

/** The payment is stored, with the key of every call to come, before the provider hears of it. */
async function begun(params: Params<typeof authorizePayment>): Promise<Payment> {
	const returnUrl = params.returnUrl ?? publicUrl("/");
	try {
		return keep(await payments.insert(pending({ ...params, returnUrl }, new Date().toISOString())));
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		return keep(await payments.get(params.id));
	}
}

async function authorized(payment: Payment): Promise<Sight> {
	if (payment.amount === 0) return without(payment, "authorized");
	if (payment.provider === "stripe" && payment.paymentMethod === null) {
		const message = "Stripe needs a payment method.";
		const failure = { code: "payment_method_missing", message, declineCode: null };
		return { ...without(payment, "failed"), failure };
	}
	return ask(payment.provider, (provider) => provider.authorize(payment));
}
