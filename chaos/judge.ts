import { pause, type Reply } from "./buyers/client.ts";
import type { Answer } from "./buyers/purchase.ts";
import { withoutTheirEnd } from "./ending.ts";
import type { Fault } from "./fault.ts";
import { violationsIn } from "./invariants.ts";
import { repeated } from "./mails.ts";
import type { Row } from "./report.ts";
import type { Evidence, Violation } from "./rules/rule.ts";
import type { Stage } from "./stage.ts";

/** Milliseconds. A bus waits for 30 s before it hands what a dead consumer had to another. */
const RECOVERS_WITHIN = 60_000;
/** Somebody who may have been sending a mail when its event came again has a minute to say so. */
const ENDS_WITHIN = 120_000;
/** Events that wait in an outbox for longer are left behind. */
const ON_THEIR_WAY = 2_500;

/** Lets a fault happen, waits until the shop has recovered, and looks what is wrong. */
export class Judge {
	orders = 0;
	readonly #stage: Stage;
	/** Violations are told once, at the fault that showed them first. */
	readonly #told = new Set<string>();

	constructor(stage: Stage) {
		this.#stage = stage;
	}

	async after(fault: Fault, times: number): Promise<Row> {
		const { cluster, buyers } = this.#stage;
		const first = buyers.purchases.length;
		const began = performance.now();
		const failure: Violation[] = [];
		const done = await fault.run(this.#stage, fault.name, times).catch((error: Error) => {
			failure.push({ rule: "the fault happens", subject: fault.name, detail: error.message });
			return { times: 0, back: performance.now(), answered: undefined };
		});
		const recovery = this.#recovered(done.back);
		await done.answered;
		const answered = performance.now() - done.back;
		const recovered = await recovery;
		const dead = cluster.dead();
		const evidence = await this.#evidence();
		const made = buyers.purchases.slice(first);
		const violations = [
			...failure,
			...violationsIn(evidence),
			...dead.map((name) => ({ rule: "services live", subject: name, detail: "has ended by itself" })),
			...(await this.#repeats(made)),
		];
		for (const name of dead) await cluster.startService(name);
		return {
			fault: fault.name,
			times: done.times,
			orders: this.#count(evidence),
			violations: this.#fresh(violations),
			recovered,
			answered,
			seconds: (performance.now() - began) / 1_000,
			mailsRepeated: repeated(evidence.mails),
		};
	}

	/** After all faults: what comes of orders by events alone has come. */
	async ending(): Promise<Row> {
		const { witness } = this.#stage;
		const began = performance.now();
		for (;;) {
			const evidence = await this.#evidence();
			const violations = [...violationsIn(evidence), ...withoutTheirEnd(evidence, await witness.remains(evidence))];
			const took = performance.now() - began;
			if (violations.length > 0 && took < ENDS_WITHIN) {
				await pause(1_000);
				continue;
			}
			return {
				fault: "in the end: parcels, mails, ledger of stock",
				times: 1,
				orders: evidence.orders.length,
				violations: this.#fresh(violations),
				recovered: violations.length > 0 ? null : took,
				answered: 0,
				seconds: took / 1_000,
				mailsRepeated: repeated(evidence.mails),
			};
		}
	}

	/** Milliseconds until every order is final and what waited in outboxes has left; null when that takes too long. */
	async #recovered(back: number): Promise<number | null> {
		const before = new Date().toISOString();
		for (;;) {
			const { orders, outboxes } = await this.#stage.witness
				.unsettled(before)
				.catch(() => ({ orders: Number.NaN, outboxes: Number.NaN }));
			const took = performance.now() - back;
			if (orders === 0 && outboxes === 0) return took;
			if (took > RECOVERS_WITHIN) return null;
			await pause(100);
		}
	}

	async #evidence(): Promise<Evidence> {
		const { witness, buyers, initial } = this.#stage;
		await witness.untilNoDeadlineIsNear();
		const before = new Date(Date.now() - ON_THEIR_WAY).toISOString();
		return witness.evidence(buyers, initial, before);
	}

	/** The same request again is answered with the same bytes. */
	async #repeats(made: Stage["buyers"]["purchases"]): Promise<Violation[]> {
		const { buyers } = this.#stage;
		const found: Violation[] = [];
		const compare = (subject: string, answer: Answer, again: Reply | null) => {
			const { status = 0, body = "nothing" } = again ?? {};
			if (status !== answer.status || body !== answer.body)
				found.push({
					rule: "same key, same answer",
					subject,
					detail: `was answered ${answer.status} ${answer.orderId ?? answer.code}, then ${status} ${body.slice(0, 200)}`,
				});
		};
		for (const purchase of made) {
			const { answer, key } = purchase;
			if (!answer) continue;
			compare(key, answer, await buyers.place(purchase).catch(() => null));
			for await (const { request, answer: first, reply } of buyers.again(purchase)) compare(request.path, first, reply);
		}
		return found;
	}

	#count({ orders }: Evidence): number {
		const fresh = orders.length - this.orders;
		this.orders = orders.length;
		return fresh;
	}

	#fresh(violations: Violation[]): Violation[] {
		return violations.filter(({ rule, subject }) => {
			const key = `${rule} ${subject}`;
			if (this.#told.has(key)) return false;
			this.#told.add(key);
			return true;
		});
	}
}
