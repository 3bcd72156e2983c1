import { held, personalDataOf } from "../../runtime/personal-data.ts";
import { type Payment, stateOf } from "./domain.ts";
import { forget, payments } from "./model.ts";

/** What is held on a person here: payments. Webhooks hold the provider's ids, no names and no addresses. */
export default personalDataOf("payment", [
	held({
		name: "payments",
		of: payments,
		whose: ({ userId }) => ({ userId }),
		shown: (payment) => ({
			...stateOf(payment),
			orderId: payment.orderId,
			orderNumber: payment.orderNumber,
			providerId: payment.providerId,
			refunds: payment.refunds.map(({ id, amount, status, at }) => ({ id, amount, status, at })),
			ledger: payment.ledger,
			createdAt: payment.createdAt,
		}),
		forgotten,
		afterwards: forget,
	}),
]);

const UNDER_WAY: ReadonlySet<string> = new Set(["pending", "requires_action", "authorized"]);

/** The money and its ledger stay as they are; whose it was, and how it was paid, go. */
function forgotten(payment: Payment): Payment {
	if (UNDER_WAY.has(payment.status)) return payment;
	const { failure } = payment;
	return {
		...payment,
		userId: null,
		tokenHash: null,
		paymentMethod: null,
		returnUrl: null,
		nextAction: null,
		failure: failure && { ...failure, message: failure.code },
	};
}
