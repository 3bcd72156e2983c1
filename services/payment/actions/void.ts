import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { codeOf, fail } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { voidPayment } from "../../../schemas/payment.ts";
import { givenUp, type Payment, stateOf } from "../domain.ts";
import { inTurn, keep, payments, remembered } from "../model.ts";
import { ask } from "../providers/index.ts";
import { type Sight, without } from "../providers/provider.ts";
import { settle } from "../settle.ts";
import { isCaptured, isOver } from "../transitions.ts";

/** After so many milliseconds the provider's own search knows every payment there is. */
const FINDABLE = 300_000;

export default action(voidPayment, ({ params: { id } }) =>
	inTurn(id, async () => {
		let payment = remembered(id) ?? (await payments.find(id)) ?? (await tombstone(id));
		if (payment.status === "pending" && payment.amount !== 0) payment = await settle(payment, await outcome(payment));
		if (isOver(payment.status) || isCaptured(payment.status)) return stateOf(payment);
		payment = await settle(payment, await voided(payment));
		if (isOver(payment.status) || isCaptured(payment.status)) return stateOf(payment);
		throw fail("provider_failed", {}, "The provider has not decided on the capture");
	}),
);

/** A payment that is voided before it is authorized leaves a stone: an authorization that comes late finds it. */
async function tombstone(id: string): Promise<Payment> {
	try {
		return keep(await payments.insert(givenUp(id, setting("CURRENCY"), new Date().toISOString())));
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		return payments.get(id);
	}
}

/** What became of an authorization that was never answered: the same key again tells, or else what it was marked with. */
async function outcome(payment: Payment): Promise<Sight> {
	if (payment.providerId !== null) return ask(payment.provider, (provider) => provider.look(payment));
	try {
		return await ask(payment.provider, (provider) => provider.authorize(payment));
	} catch (error) {
		if (codeOf(error) !== "provider_failed") throw error;
		const found = await ask(payment.provider, (provider) => provider.find(payment));
		if (found) return found;
		if (Date.now() - Date.parse(payment.createdAt) < FINDABLE) throw error;
		return without(payment, "voided");
	}
}

async function voided(payment: Payment): Promise<Sight> {
	if (payment.providerId === null) return without(payment, "voided");
	return ask(payment.provider, (provider) => provider.void(payment));
}
