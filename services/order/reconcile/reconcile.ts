import { Counter, Gauge, register } from "prom-client";
import type { Caller } from "../../../runtime/action.ts";
import { log } from "../../../runtime/log.ts";
import type { Finding } from "../../../schemas/order.ts";
import type { Provider } from "../../../schemas/payment.ts";
import { judge, type Suspect } from "./judge.ts";
import { type Span, type Tally, throughOrders, throughPayments, throughProvider, throughStock } from "./walk.ts";

const PROVIDERS: readonly Provider[] = ["stripe", "paypal"];

const findings =
	(register.getSingleMetric("tradewind_reconcile_findings_total") as Counter | undefined) ??
	new Counter({
		name: "tradewind_reconcile_findings_total",
		help: "What did not fit between orders, payments, providers and stock, by kind and whether it was repaired",
		labelNames: ["kind", "repaired"],
	});
const lastRun =
	(register.getSingleMetric("tradewind_reconcile_last_run_timestamp_seconds") as Gauge | undefined) ??
	new Gauge({
		name: "tradewind_reconcile_last_run_timestamp_seconds",
		help: "When this process last went through all of it, Unix time",
	});

export interface Reconciliation {
	findings: Finding[];
	looked: Tally;
	/** What could not be looked at, and why. */
	blind: string[];
}

export interface Options {
	span: Span;
	repair: boolean;
	/** Runs after every page: to keep a lease, or throws to end the run. */
	turn?: () => Promise<void>;
	/** With more suspects than this none is repaired: so many at once mean a store that was lost, which a person should see. */
	fuse?: number;
}

/**
 * Holds orders, payments, providers and stock against each other. Providers come first: what they alone know of is then on
 * record and is found again as money without an order. What cannot be asked leaves the rest to be looked at.
 */
export async function reconcile(from: Caller, { span, repair, turn, fuse }: Options): Promise<Reconciliation> {
	const looked: Tally = { orders: 0, payments: 0, provider: 0, references: 0 };
	const result: Reconciliation = { findings: [], looked, blind: [] };
	const step = turn ?? (() => Promise.resolve());
	const look = async (what: string, work: () => Promise<void>) => {
		try {
			await work();
		} catch (error) {
			if (error instanceof LeaseLost) throw error;
			result.blind.push(`${what}: ${(error as Error).message}`);
		}
	};
	const suspects = new Map<string, Suspect>();
	for (const provider of PROVIDERS) {
		await look(provider, async () => {
			for await (const found of throughProvider(from, provider, span, repair, looked, step)) {
				const { orderId, paymentId, repaired } = found;
				result.findings.push(found);
				if (repaired && orderId && paymentId) join(suspects, { orderId, paymentId });
			}
		});
	}
	for (const walk of [throughOrders, throughPayments, throughStock]) {
		await look(walk.name, async () => {
			for await (const suspect of walk(from, span, looked, step)) join(suspects, suspect);
		});
	}
	const blown = repair && fuse !== undefined && suspects.size > fuse;
	if (blown) {
		const many = `${suspects.size} orders and payments do not fit`;
		log().error(
			`the reconciliation repairs nothing by itself: ${many}. reconcile lists them, reconcile --repair repairs`,
		);
	}
	for (const suspect of suspects.values()) {
		await look(suspect.orderId, async () => {
			result.findings.push(...(await judge(from, suspect, repair && !blown)));
		});
		await step();
	}
	tell(result);
	return result;
}

/** Another node has taken the work over. */
export class LeaseLost extends Error {
	override name = "LeaseLost";
}

/** One suspect for each order and payment, with all that pointed at it. */
function join(suspects: Map<string, Suspect>, suspect: Suspect): void {
	const key = `${suspect.orderId} ${suspect.paymentId ?? ""}`;
	const known = suspects.get(key);
	suspects.set(key, known ? { ...known, skus: [...(known.skus ?? []), ...(suspect.skus ?? [])] } : suspect);
}

/** Counts findings and tells operators of them. */
export function tell({ findings: found, blind }: Pick<Reconciliation, "findings" | "blind">): void {
	for (const { kind, orderId, paymentId, detail, repaired, error } of found) {
		if (repaired === null) continue;
		findings.inc({ kind, repaired: String(repaired) });
		const outcome = repaired ? "repaired" : (error ?? "only a person can repair it");
		log().warn(`reconciliation: ${kind} ${orderId ?? paymentId}: ${detail}: ${outcome}`);
	}
	for (const what of blind) log().warn(`reconciliation: could not look at ${what}`);
	lastRun.setToCurrentTime();
}
