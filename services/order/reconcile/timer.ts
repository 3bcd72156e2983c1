import { randomUUID } from "node:crypto";
import type { Caller } from "../../../runtime/action.ts";
import { log } from "../../../runtime/log.ts";
import { every, type Periodic } from "../../../runtime/periodic.ts";
import type { DriverCollection } from "../../../runtime/store/collection.ts";
import { counters } from "../model.ts";
import { LeaseLost, reconcile } from "./reconcile.ts";

const EVERY = 60_000;
/** A node that died is followed by another one after this. */
const LEASE = 55_000;
/** What is younger is left to those who work on it: longer than any checkout's call, and its repeats, take. */
export const GRACE = 60_000;
/** What is looked at each minute: everything that a checkout, with its hold of ten minutes, may still be about. */
const RECENT = 30 * 60_000;
/** What is looked at each hour. */
const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;
/** See Options.fuse. */
const FUSE = 200;

interface Lease {
	_id: string;
	holder: string;
	until: number;
	/** When everything of the last day was begun to be looked at. */
	dayAt?: number;
}

/** Reconciles every minute, on one node at a time. */
export function reconciler(from: Caller, milliseconds = EVERY): Periodic {
	let stopped = false;
	const holder = randomUUID();

	async function run(): Promise<void> {
		const lease = await take(holder);
		if (!lease) return;
		const now = Date.now();
		const whole = (lease.dayAt ?? 0) < now - HOUR;
		const span = { since: now - (whole ? DAY : RECENT), until: now - GRACE };
		const turn = async () => {
			if (stopped || !(await renewed(holder))) throw new LeaseLost();
		};
		await reconcile(from, { span, repair: true, turn, fuse: FUSE });
		if (whole) await leases().updateOne({ _id: ID, holder }, { $set: { dayAt: now } });
	}

	const timer = every(milliseconds, run, (error) => {
		if (!(error instanceof LeaseLost)) log().warn(`the reconciliation did not end: ${error.message}`);
	});
	return {
		stop() {
			stopped = true;
			return timer.stop();
		},
	};
}

const ID = "reconcile";
const leases = () => counters.documents as unknown as DriverCollection<Lease>;

/** The lease, or null while another node has it. */
export async function take(holder: string, now = Date.now()): Promise<Lease | null> {
	try {
		return await leases().findOneAndUpdate(
			{ _id: ID, until: { $lte: now } },
			{ $set: { holder, until: now + LEASE } },
			{ upsert: true, returnDocument: "after" },
		);
	} catch (error) {
		if ((error as { code?: number }).code === 11000) return null;
		throw error;
	}
}

async function renewed(holder: string): Promise<boolean> {
	const { matchedCount } = await leases().updateOne({ _id: ID, holder }, { $set: { until: Date.now() + LEASE } });
	return matchedCount === 1;
}
