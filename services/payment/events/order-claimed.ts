import { codeOf } from "../../../runtime/errors.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { orderClaimed } from "../../../schemas/events.ts";
import { keep, payments } from "../model.ts";

/** The payment of a guest's order is the one of whom the order now belongs to. */
export default consumer(orderClaimed, "claim-payment", async ({ data: { paymentId, userId } }) => {
	try {
		keep(
			await payments.change(paymentId, (payment) => ({
				state: payment.userId === null ? { ...payment, userId } : payment,
			})),
		);
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
	}
});
