import type { Account } from "./account.ts";
import type { Charge, Customer, PaymentIntent } from "./documents.ts";
import { missing } from "./errors.ts";

/** A customer that exists and was not deleted. */
export function customerOf(account: Account, id: string, param = "customer"): Customer {
	const customer = account.customers.get(id);
	if (!customer || customer.deleted) throw missing("customer", id, param);
	return customer;
}

/** A copy, so that what is refused half way leaves the stored one as it was. */
export function intentOf(account: Account, id: string, param = "intent"): PaymentIntent {
	const intent = account.paymentIntents.get(id);
	if (!intent) throw missing("payment_intent", id, param);
	return { ...intent };
}

/** A copy, for the same reason. */
export function chargeOf(account: Account, id: string, param = "id"): Charge {
	const charge = account.charges.get(id);
	if (!charge) throw missing("charge", id, param);
	return { ...charge };
}
