import { call } from "../../../runtime/action.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { paymentChanged } from "../../../schemas/events.ts";
import { resumePayment } from "../../../schemas/payment.ts";
import { apply, drive } from "../drive.ts";
import { orders } from "../model.ts";

/** The provider said something: an order that waits for its buyer looks again. */
export default consumer(paymentChanged, "payment-changed", async (event, from) => {
	const order = await orders.find(event.data.orderId);
	if (order?.saga !== "awaiting_buyer") return;
	const payment = await call(from, resumePayment, { id: order.payment.id });
	await drive(from, await apply(order.id, { type: "payment", payment }));
});
