import { action } from "../../../runtime/action.ts";
import { auditPayments, type Provider } from "../../../schemas/payment.ts";
import { payments } from "../model.ts";
import { ask } from "../providers/index.ts";
import type { Created, PaymentProvider } from "../providers/provider.ts";
import { type Difference, differs, reasonOf, takeUp } from "../reconcile/differences.ts";
import { idsOf, type Span } from "../reconcile/span.ts";

/** What was approved a moment ago is told by a webhook that is on its way: so many milliseconds are left to it. */
const PATIENCE = 500;
/** So many payments are looked at together, where a provider cannot list them. */
const PAGE = 25;

interface Page {
	payments: Created[];
	nextCursor: string | null;
}

export default action(auditPayments, async (ctx) => {
	const { provider, since, until, cursor = null, repair } = ctx.params;
	const page =
		(await ask(provider, async (asked) => asked.created?.({ since, until }, cursor) ?? null, false)) ??
		(await unfinished(provider, { since, until }, cursor));
	const suspects = await suspicious(page.payments);
	if (suspects.length > 0) await new Promise((resolve) => setTimeout(resolve, PATIENCE));
	const findings = [];
	for (const { paymentId } of suspects) {
		const created = await lookedAt(provider, page.payments.find((one) => one.paymentId === paymentId)!);
		const found = (await suspicious([created]))[0];
		if (!found) continue;
		const error = repair ? await takeUp(provider, created).then(() => null, reasonOf) : null;
		findings.push({ ...found, orderId: created.orderId, error });
	}
	return { looked: page.payments.length, findings, nextCursor: page.nextCursor };
});

async function suspicious(made: Created[]): Promise<({ paymentId: string } & NonNullable<Difference>)[]> {
	const ids = made.map(({ paymentId }) => paymentId);
	const records = new Map((await payments.findMany({ _id: { $in: ids } })).map((record) => [record.id, record]));
	return made.flatMap((created) => {
		const difference = differs(records.get(created.paymentId) ?? null, created);
		return difference ? [{ paymentId: created.paymentId, ...difference }] : [];
	});
}

/** The same payment as the provider has it now. */
async function lookedAt(provider: Provider, created: Created): Promise<Created> {
	const { providerId } = created.sight;
	const payment = { providerId, authorizationId: created.sight.authorizationId ?? null } as Parameters<
		PaymentProvider["look"]
	>[0];
	return { ...created, sight: await ask(provider, (asked) => asked.look(payment), false) };
}

/** PayPal lists no orders: those of which this shop knows, and which are not over, are looked at one after the other. */
async function unfinished(provider: Provider, span: Span, after: string | null): Promise<Page> {
	const range = idsOf(span);
	const found = await payments.findMany(
		{
			_id: after ? { ...range, $gt: after } : range,
			provider,
			status: { $in: ["pending", "requires_action", "authorized"] },
			providerId: { $ne: null },
		},
		{ sort: { _id: 1 }, limit: PAGE },
	);
	const made: Created[] = [];
	for (const payment of found) {
		const sight = await ask(provider, (asked) => asked.look(payment), false);
		made.push({ paymentId: payment.id, orderId: payment.orderId, sight });
	}
	return { payments: made, nextCursor: found.length === PAGE ? found.at(-1)!.id : null };
}
