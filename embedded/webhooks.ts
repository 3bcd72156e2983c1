import { poster } from "./post.ts";
import type { State } from "./state.ts";

/** Where events go. Without `events`, or with `*` in it, all types; `secret` is what `sign` needs. */
export type WebhookTarget = { id: string; url: string; secret: string; events?: string[] };
/** Milliseconds: a provider's webhook comes a moment after the answer to the call that caused it. */
const LATENCY = 150;

/** How deliveries misbehave: each comes `repeat` times, `delayMs` late, in any order when `shuffle` is set. */
export type WebhookFaults = { delayMs: number; repeat: number; shuffle: boolean };
/** The headers that sign `body` for the target (content-type too, if it is not JSON); called anew for each attempt. */
export type Signer = (body: string, target: WebhookTarget, deliveryId: string) => Record<string, string>;
export type Outgoing = {
	register(target: WebhookTarget): void;
	unregister(id: string): void;
	targets(): WebhookTarget[];
	/** To every registered target that wants the type, or only to `to`, which need not be registered. */
	send(type: string, body: string, to?: WebhookTarget): void;
	/** How many deliveries wait for a 2xx. */
	pending(): number;
	close(): void;
};

type Delivery = { id: string; target: string | WebhookTarget; body: string; attempt: number; since: number };

const RETRIES_MS = [200, 1_000, 5_000, 30_000, 60_000];
const GIVE_UP_MS = 3 * 24 * 3600_000;
const IN_FLIGHT = 32;
const ACK_EVERY_MS = 20;

/**
 * Signed webhooks, at least once: a delivery is stored with the change it tells of (call `send` inside the transaction) and
 * forgotten when the target answered 2xx or after three days. What is left is sent again after a restart.
 */
export function outgoing(state: State, sign: Signer, faults: () => WebhookFaults): Outgoing {
	const targets = state.collection<WebhookTarget>("webhook_targets", { secret: true });
	const deliveries = state.collection<Delivery>("webhook_deliveries");
	const wire = poster();
	const timers = new Set<NodeJS.Timeout>();
	const done = new Set<string>();
	const origin = Date.now().toString(36);
	let ready: string[] = [];
	let known = targets.list();
	let inFlight = 0;
	let serial = 0;
	let ackTimer: NodeJS.Timeout | undefined;
	let closed = false;

	const queue = (id: string, ms: number) => {
		if (ms === 0) {
			ready.push(id);
			if (ready.length === 1) setImmediate(pump);
			return;
		}
		const timer = setTimeout(() => {
			timers.delete(timer);
			queue(id, 0);
		}, ms);
		timers.add(timer.unref());
	};
	const pump = () => {
		let next = 0;
		while (!closed && inFlight < IN_FLIGHT && next < ready.length) {
			const delivery = deliveries.get(ready[next++]!);
			// Gone when its transaction was rolled back.
			if (!delivery || done.has(delivery.id)) continue;
			const target = typeof delivery.target === "string" ? targets.get(delivery.target) : delivery.target;
			if (target) attempt(delivery, target);
			else acknowledge(delivery.id);
		}
		ready = ready.slice(next);
	};
	const attempt = (delivery: Delivery, target: WebhookTarget) => {
		inFlight++;
		wire.post(target.url, sign(delivery.body, target, delivery.id), delivery.body, (ok) => {
			inFlight--;
			if (closed) return;
			if (ok || Date.now() - delivery.since > GIVE_UP_MS) acknowledge(delivery.id);
			else queue(delivery.id, RETRIES_MS[Math.min(delivery.attempt++, RETRIES_MS.length - 1)]!);
			pump();
		});
	};
	// Gathered, for a lost acknowledgement only means one more delivery.
	const acknowledge = (id: string) => {
		done.add(id);
		ackTimer ??= setTimeout(flush, ACK_EVERY_MS);
	};
	const flush = () => {
		ackTimer = undefined;
		if (done.size === 0) return;
		state.transaction(() => {
			for (const id of done) deliveries.delete(id);
		});
		done.clear();
	};
	const deliver = (target: string | WebhookTarget, body: string) => {
		const { delayMs, repeat, shuffle } = faults();
		for (let i = 0; i < repeat; i++) {
			const id = `${origin}-${++serial}`;
			deliveries.put(id, { id, target, body, attempt: 0, since: Date.now() });
			queue(id, LATENCY + delayMs + (shuffle ? Math.ceil(Math.random() * Math.max(delayMs, 200)) : 0));
		}
	};

	for (const { id } of deliveries.list()) queue(id, 0);

	return {
		register(target) {
			targets.put(target.id, target);
			known = targets.list();
		},
		unregister(id) {
			targets.delete(id);
			known = targets.list();
		},
		targets: () => known,
		send(type, body, to) {
			if (to) deliver(to, body);
			else
				for (const { id, events } of known)
					if (!events || events.includes("*") || events.includes(type)) deliver(id, body);
		},
		pending: () => deliveries.count() - done.size,
		close() {
			if (closed) return;
			closed = true;
			for (const timer of timers) clearTimeout(timer);
			clearTimeout(ackTimer);
			flush();
			wire.close();
		},
	};
}
