import { codeOf } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import type { Provider } from "../../../schemas/payment.ts";
import { type Payment, pending, saw } from "../domain.ts";
import { entriesOf } from "../ledger.ts";
import { inTurn, keep, payments } from "../model.ts";
import type { Created, Sight } from "../providers/provider.ts";
import { settle } from "../settle.ts";
import { isCaptured, isOver } from "../transitions.ts";

/** What a payment at its provider is to its record here. */
export type Difference = { kind: "payment_unrecorded" | "payment_behind"; detail: string } | null;

const LIVE: ReadonlySet<Sight["status"]> = new Set(["requires_action", "authorized", "captured"]);

/** Pure: what the record lacks of what the provider has. What holds no money at the provider and is not known is nobody's. */
export function differs(record: Payment | null, { sight }: Pick<Created, "sight">): Difference {
	const there = `${sight.status}, ${sight.amount} ${sight.currency}, ${sight.captured} captured`;
	if (!record)
		return LIVE.has(sight.status) ? { kind: "payment_unrecorded", detail: `${there} at the provider` } : null;
	const here = `${record.status}, ${record.captured} captured, ${record.refunded} refunded`;
	const behind = { kind: "payment_behind" as const, detail: `${here} here; ${there} at the provider` };
	if (isOver(record.status)) return LIVE.has(sight.status) ? behind : null;
	const next = saw(record, sight, record.createdAt);
	const same = next.status === record.status && next.captured === record.captured && next.refunded === record.refunded;
	return same ? null : behind;
}

/** Takes up what the provider has, once; what is then held or taken without an order is for the order service to give back. */
export function takeUp(provider: Provider, created: Created): Promise<void> {
	const { paymentId, orderId, sight } = created;
	return inTurn(paymentId, async () => {
		const record = (await payments.find(paymentId)) ?? (await recorded(provider, created));
		if (isOver(record.status) && sight.status === "captured") {
			const at = new Date().toISOString();
			keep(await payments.change(paymentId, (state) => ({ state: taken(state, provider, orderId, sight, at) })));
			return;
		}
		await settle(record, sight, true);
	});
}

/** A payment of which the provider alone knew, as it was before the provider was asked. */
async function recorded(provider: Provider, { paymentId: id, orderId, sight }: Created): Promise<Payment> {
	const { amount, currency, providerId } = sight;
	const fresh = pending(
		{
			id,
			orderId: orderId ?? id,
			orderNumber: "",
			userId: null,
			tokenHash: null,
			provider,
			amount: { amount, currency },
			paymentMethod: null,
			returnUrl: null,
		},
		new Date().toISOString(),
	);
	try {
		return keep(await payments.insert({ ...fresh, providerId }));
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		return payments.get(id);
	}
}

/** A payment that was given up here, but taken there: the money is the provider's word, and goes into the ledger to be refunded. */
function taken(state: Payment, provider: Provider, orderId: string | null, sight: Sight, at: string): Payment {
	if (!isOver(state.status) || isCaptured(state.status)) return state;
	const { amount, currency, captured, providerId, captureId = null } = sight;
	const next = {
		...state,
		orderId: state.orderId ?? orderId,
		provider,
		amount,
		currency,
		captured,
		providerId,
		captureId,
	};
	return {
		...next,
		status: "captured",
		failure: null,
		nextAction: null,
		ledger: [...state.ledger, ...entriesOf(next, "capture", captured, at)],
	};
}

/** The sentence of what went wrong with a repair. */
export const reasonOf = (error: unknown): string => {
	const code = codeOf(error);
	return `${code ? `${code}: ` : ""}${(error as Error).message}`;
};
