import type { CapturedPayment, Order, OrdersCapture, Refund } from "@paypal/paypal-server-sdk";
import type { Payment } from "../domain.ts";
import { minorUnits } from "./paypal-money.ts";
import { type RefundSight, Rubbish, type Sight, without } from "./provider.ts";

/** An order with what was authorized, captured and refunded of it. @throws Rubbish */
export function sightOf(order: Order): Sight {
	const unit = order.purchaseUnits?.[0];
	if (typeof order.id !== "string" || !order.status || !unit) throw new Rubbish("it is no order");
	const { authorizations = [], captures = [], refunds = [] } = unit.payments ?? {};
	const authorization = authorizations.at(-1);
	const capture = captures.at(-1);
	const url = order.links?.find(({ rel }) => rel === "payer-action" || rel === "approve")?.href ?? null;
	const status = statusOf(order, authorization?.status, capture?.status);
	if (status === "requires_action" && !url) throw new Rubbish("an order without a page to approve it");
	return {
		status,
		providerId: order.id,
		authorizationId: authorization?.id ?? null,
		captureId: capture?.id ?? null,
		...minorUnits(unit.amount),
		captured: status === "captured" ? minorUnits(capture!.amount).amount : 0,
		nextAction: status === "requires_action" ? { type: "redirect", url: url! } : null,
		failure: status === "failed" ? DENIED : null,
		refunds: capture ? refunds.map(refundSight) : null,
	};
}

const DENIED = { code: "PAYMENT_DENIED", message: "PayPal denied the payment.", declineCode: null };

/** https://developer.paypal.com/docs/api/orders/v2/#orders_get */
function statusOf({ status }: Order, authorization: string | undefined, capture: string | undefined): Sight["status"] {
	if (status === "CREATED" || status === "PAYER_ACTION_REQUIRED") return "requires_action";
	if (status === "VOIDED") return "voided";
	if (capture !== undefined) return ofCapture(capture);
	switch (authorization) {
		case "CREATED":
			return "authorized";
		case "DENIED":
			return "failed";
		case "VOIDED":
		case "EXPIRED":
			return "voided";
		default:
			return "pending";
	}
}

/** A capture that PayPal holds for review has taken nothing yet. */
function ofCapture(status: string): Sight["status"] {
	if (status === "COMPLETED" || status === "PARTIALLY_REFUNDED" || status === "REFUNDED") return "captured";
	return status === "DECLINED" || status === "FAILED" ? "failed" : "authorized";
}

/** The answer to a capture. @throws Rubbish */
export function captureSight(payment: Payment, capture: CapturedPayment | OrdersCapture): Sight {
	if (typeof capture.id !== "string" || !capture.status) throw new Rubbish("it is no capture");
	const status = ofCapture(capture.status);
	const { amount, currency } = minorUnits(capture.amount);
	return {
		...without(payment, status),
		providerId: payment.providerId,
		authorizationId: payment.authorizationId,
		captureId: capture.id,
		currency,
		captured: status === "captured" ? amount : 0,
		failure: status === "failed" ? DENIED : null,
	};
}

/** @throws Rubbish */
export function refundSight(refund: Refund): RefundSight {
	if (typeof refund.id !== "string" || !refund.status) throw new Rubbish("it is no refund");
	const { status } = refund;
	return {
		id: refund.customId?.split("/")[1] ?? null,
		providerId: refund.id,
		amount: minorUnits(refund.amount).amount,
		status: status === "COMPLETED" ? "succeeded" : status === "PENDING" ? "pending" : "failed",
	};
}
