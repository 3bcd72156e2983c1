import type { Payment } from "../../services/payment/domain.ts";
import {
	type Hint,
	type PaymentProvider,
	type RefundSight,
	Refused,
	type Sight,
} from "../../services/payment/providers/provider.ts";
import type { Refund } from "../../services/payment/refunds.ts";
import { type Clock, within } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";

/** A payment as the provider keeps it. */
export interface Intent {
	id: string;
	paymentId: string;
	orderId: string;
	amount: number;
	currency: string;
	status: "requires_action" | "authorized" | "captured" | "voided" | "failed";
	captures: number;
	refunds: { id: string; ours: string; amount: number }[];
}

const broken = () => new Error("socket hang up");
const implied: Partial<Record<Intent["status"], Hint["implies"]>> = {
	authorized: "authorized",
	captured: "captured",
	voided: "voided",
	failed: "failed",
};

/**
 * A payment provider that does what it is asked once for each key, sometimes without answering, sometimes late, and whose
 * webhooks come early, late, several times and in any order.
 */
export class SimulatedStripe implements PaymentProvider {
	readonly intents = new Map<string, Intent>();
	readonly #keys = new Map<string, string>();
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #faults: Faults;
	readonly #tell: (hint: Hint) => Promise<unknown>;
	#events = 0;
	/** Webhooks that are not taken yet. */
	telling = 0;

	constructor(clock: Clock, random: Random, faults: Faults, tell: (hint: Hint) => Promise<unknown>) {
		this.#clock = clock;
		this.#random = random;
		this.#faults = faults;
		this.#tell = tell;
	}

	authorize(payment: Payment): Promise<Sight> {
		return this.#do("authorize", payment.keys.authorize, () => {
			const id = `pi_${this.intents.size + 1}`;
			const kind = payment.paymentMethod;
			const status = kind === "declined" ? "failed" : kind === "challenged" ? "requires_action" : "authorized";
			const { id: paymentId, orderId, amount, currency } = payment;
			const intent: Intent = {
				id,
				paymentId,
				orderId: orderId as string,
				amount,
				currency,
				status,
				captures: 0,
				refunds: [],
			};
			this.intents.set(id, intent);
			this.#announce(intent);
			return id;
		});
	}

	resume = (payment: Payment): Promise<Sight> => this.look(payment);

	look({ providerId }: Payment): Promise<Sight> {
		return this.#faults.effect("provider", "look", this.#time(), broken, () =>
			sightOf(this.intents.get(providerId as string) as Intent),
		);
	}

	find({ id }: Payment): Promise<Sight | null> {
		return this.#faults.effect("provider", "find", this.#time(), broken, () => {
			const found = [...this.intents.values()].find(({ paymentId }) => paymentId === id);
			return found ? sightOf(found) : null;
		});
	}

	capture(payment: Payment): Promise<Sight> {
		return this.#do("capture", payment.keys.capture, () => {
			const intent = this.intents.get(payment.providerId as string) as Intent;
			if (intent.status === "authorized" && this.#random.chance(0.03)) {
				// The bank has given the authorization up.
				intent.status = "voided";
				this.#announce(intent);
			}
			if (intent.status === "authorized") {
				intent.status = "captured";
				intent.captures++;
				this.#announce(intent);
			}
			return intent.id;
		});
	}

	void(payment: Payment): Promise<Sight> {
		return this.#do("void", payment.keys.void, () => {
			const intent = this.intents.get(payment.providerId as string) as Intent;
			if (intent.status === "authorized" || intent.status === "requires_action") {
				intent.status = "voided";
				this.#announce(intent);
			}
			return intent.id;
		});
	}

	refund(payment: Payment, { id: ours, key, amount }: Refund): Promise<RefundSight> {
		return this.#faults.effect("provider", "refund", this.#time(), broken, () => {
			const intent = this.intents.get(payment.providerId as string) as Intent;
			const known = this.#keys.get(key);
			let made = intent.refunds.find(({ id }) => id === known);
			if (!made) {
				const refunded = intent.refunds.reduce((sum, one) => sum + one.amount, 0);
				if (intent.status !== "captured" || refunded + amount > intent.amount) throw new Refused("charge", "too much");
				made = { id: `re_${intent.id}_${intent.refunds.length + 1}`, ours, amount };
				intent.refunds.push(made);
				this.#keys.set(key, made.id);
				this.#announce(intent, null);
			}
			return { id: made.ours, providerId: made.id, amount: made.amount, status: "succeeded" };
		});
	}

	async paymentOf(providerId: string): Promise<string | null> {
		return this.intents.get(providerId)?.paymentId ?? null;
	}

	async verifyWebhook({ body }: { body: string }): Promise<Hint> {
		return JSON.parse(body) as Hint;
	}

	/** What its buyer does on the page of the bank. */
	approve(intent: Intent): void {
		if (intent.status !== "requires_action") return;
		intent.status = "authorized";
		this.#faults.note("a buyer approves");
		this.#announce(intent);
	}

	#time(): [number, number] {
		return this.#faults.strikes("provider") ? [4_000, 12_000] : [5, 60];
	}

	/** Once for each key; the same key again tells how it stands now. */
	#do(what: string, key: string, work: () => string): Promise<Sight> {
		return this.#faults.effect("provider", what, this.#time(), broken, () => {
			const id = this.#keys.get(key) ?? work();
			this.#keys.set(key, id);
			return sightOf(this.intents.get(id) as Intent);
		});
	}

	#announce(intent: Intent, implies: Hint["implies"] = implied[intent.status] ?? null): void {
		const { id: providerId, paymentId } = intent;
		const hint: Hint = { eventId: `evt_${++this.#events}`, type: "simulated", paymentId, providerId, implies };
		const times = this.#faults.calm ? 1 : this.#random.between(1, 3);
		for (let n = 0; n < times; n++)
			void within(undefined, () => this.#send(hint, this.#random.between(0, this.#random.chance(0.3) ? 20_000 : 100)));
	}

	async #send(hint: Hint, wait: number): Promise<void> {
		this.telling++;
		await this.#clock.sleep(wait);
		for (;;) {
			try {
				await this.#tell(hint);
				this.telling--;
				return;
			} catch (error) {
				this.#faults.note(`a webhook was not taken: ${(error as Error).message}`);
				await this.#clock.sleep(2_000);
			}
		}
	}
}

function sightOf(intent: Intent): Sight {
	const { id: providerId, status, amount, currency, refunds } = intent;
	const url = `https://bank.test/${providerId}`;
	return {
		status,
		providerId,
		captureId: status === "captured" ? `ch_${providerId}` : null,
		amount,
		currency,
		captured: status === "captured" ? amount : 0,
		nextAction: status === "requires_action" ? { type: "redirect", url } : null,
		failure:
			status === "failed" ? { code: "card_declined", message: "Your card was declined.", declineCode: null } : null,
		refunds: refunds.map(({ id, ours, amount: part }) => ({
			id: ours,
			providerId: id,
			amount: part,
			status: "succeeded",
		})),
	};
}
