import { type Caller, call } from "../../../runtime/action.ts";
import { codeOf } from "../../../runtime/errors.ts";
import type { Finding } from "../../../schemas/order.ts";
import { capturePayment, paymentFacts, refundPayment, voidPayment } from "../../../schemas/payment.ts";
import { commitStock, releaseStock, restock, stockFacts } from "../../../schemas/product.ts";
import type { OrderState } from "../domain.ts";
import { apply, drive } from "../drive.ts";
import { orders } from "../model.ts";
import { mismatches, quantities, type Repair } from "./rules.ts";

/** An order that may not fit, or the id of one that does not exist, with what pointed at it. */
export interface Suspect {
	orderId: string;
	/** The payment that names this order; the order's own unless told. */
	paymentId?: string;
	/** SKUs that are held for it or were sold to it, beside its own lines. */
	skus?: string[];
}

const same = (a: OrderState | null, b: OrderState | null) => a?.rev === b?.rev;

/**
 * Looks at one order on all sides, and repairs what does not fit. The order is read before and after the others: what it says
 * held all the while, so that a checkout which goes on meanwhile is no finding.
 */
export async function judge(from: Caller, suspect: Suspect, repair: boolean): Promise<Finding[]> {
	const { orderId } = suspect;
	for (let attempt = 0; attempt < 3; attempt++) {
		const order = await orders.find(orderId);
		const paymentId = suspect.paymentId ?? order?.payment.id;
		const foreign = order !== null && order.payment.id !== paymentId;
		const skus = [...new Set([...(order ? quantities(order).keys() : []), ...(suspect.skus ?? [])])];
		const [payment, stock] = await Promise.all([
			paymentId ? call(from, paymentFacts, { ids: [paymentId] }).then(({ data }) => data[0] ?? null) : null,
			skus.length === 0 || foreign
				? null
				: call(from, stockFacts, { references: [{ reference: orderId, skus }], count: true }).then(
						({ data }) => data[0] ?? null,
					),
		]);
		if (!same(order, await orders.find(orderId))) continue;
		// A payment that names an order which is paid by another one is nobody's.
		const found = mismatches({ id: orderId, order: foreign ? null : order, payment, stock }, Date.now());
		const findings: Finding[] = [];
		for (const { repair: cure, ...mismatch } of found) {
			const told = { ...mismatch, orderId, paymentId: paymentId ?? null };
			if (!repair || !cure) findings.push({ ...told, repaired: repair ? false : null, error: null });
			else findings.push({ ...told, ...(await attempted(() => cured(from, cure, orderId, paymentId, order))) });
		}
		return findings;
	}
	return [];
}

async function attempted(work: () => Promise<unknown>): Promise<{ repaired: boolean; error: string | null }> {
	try {
		await work();
		return { repaired: true, error: null };
	} catch (error) {
		const code = codeOf(error);
		return { repaired: false, error: `${code ? `${code}: ` : ""}${(error as Error).message}` };
	}
}

const REASON = "There is no order that this was paid for";

async function cured(
	from: Caller,
	repair: Repair,
	orderId: string,
	paymentId: string | undefined,
	order: OrderState | null,
): Promise<unknown> {
	const id = paymentId as string;
	switch (repair.do) {
		case "drive":
			return drive(from, order as OrderState);
		case "capture":
			return call(from, capturePayment, { id });
		case "void":
			return call(from, voidPayment, { id });
		case "refund": {
			const amount = { amount: repair.amount, currency: repair.currency };
			return call(from, refundPayment, { id, refundId: repair.id, amount, reason: REASON });
		}
		case "learn": {
			const amount = { amount: repair.amount, currency: repair.currency };
			const refund = { id: repair.id, amount, reason: "Sent back at the payment provider" };
			return drive(from, await apply(orderId, { type: "refund_requested", refund }));
		}
		case "commit":
			return call(from, commitStock, { reference: orderId, lines: repair.lines });
		case "release":
			return call(from, releaseStock, { reference: orderId, lines: repair.lines });
		case "restock":
			return call(from, restock, { reference: orderId, lines: repair.lines });
	}
}
