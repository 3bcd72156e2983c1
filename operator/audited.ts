import type { ServiceBroker } from "moleculer";
import { codeOf } from "../runtime/errors.ts";
import { newId } from "../runtime/ids.ts";
import { appendAudit } from "../schemas/audit.ts";
import type { Params } from "../schemas/contract.ts";
import { ask } from "./command.ts";

/**
 * Does what an operator asks for and tells the audit log of it: of the intention before, without which nothing is done, and of
 * the outcome after.
 * @param action as the log names it
 */
export async function audited<R>(
	broker: ServiceBroker,
	{
		action,
		target = null,
		changes = null,
	}: { action: string; target?: string | null; changes?: Record<string, unknown> | null },
	work: () => Promise<R>,
): Promise<R> {
	const intended: Params<typeof appendAudit> = {
		ref: newId("aud"),
		actor: { type: "operator", id: broker.nodeID },
		action,
		target,
		intent: null,
		outcome: "intended",
		changes,
		requestId: null,
	};
	await ask(broker, appendAudit, intended).catch((error) => {
		throw new Error(`Nothing was done, as the audit log does not answer: ${(error as Error).message}`, {
			cause: error,
		});
	});
	const settle = (outcome: string) =>
		ask(broker, appendAudit, { ...intended, ref: newId("aud"), intent: intended.ref, outcome });
	try {
		const result = await work();
		await settle("done");
		return result;
	} catch (error) {
		await settle(codeOf((error as Error).cause ?? error) ?? "failed").catch(() => {});
		throw error;
	}
}
