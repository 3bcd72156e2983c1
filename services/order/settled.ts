import type { Caller } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";
import type { OrderState } from "./domain.ts";
import { drive } from "./drive.ts";
import { orders } from "./model.ts";

/** How long a buyer waits for the outcome; after it the answer is that the order is pending. */
const PATIENCE = 10_000;

/**
 * Drives an order and answers its state when it is confirmed, waits for its buyer, or the patience is over.
 * @throws why it failed: payment_declined, out_of_stock, or what its cart was refused for
 */
export async function settled(from: Caller, start: OrderState): Promise<OrderState> {
	let timer: NodeJS.Timeout | undefined;
	const patience = new Promise<OrderState>((resolve, reject) => {
		timer = setTimeout(() => orders.get(start.id).then(resolve, reject), PATIENCE);
	});
	const driven = drive(from, start);
	driven.catch(() => {});
	const state = await Promise.race([driven, patience]).finally(() => clearTimeout(timer));
	// One that is to be forgotten has failed, whatever is still to be done for it.
	if (state.failure && (state.saga === "failed" || state.forgetAt)) throw failed(state);
	return state;
}

function failed({ id, failure, forgetAt }: OrderState): Error {
	const { code, detail, data } = failure!;
	const unpaid = code === "expired" || code === "cancelled";
	// Nobody can ask for one that is to be forgotten.
	return fail(unpaid ? "payment_declined" : code, forgetAt ? data : { ...data, orderId: id }, detail);
}
