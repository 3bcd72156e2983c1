import { randomUUID } from "node:crypto";
import { decide, type Tills } from "./approval.ts";
import { type Client, GIVES_UP_AFTER, pause, type Reply } from "./client.ts";
import { answerOf, type Purchase, type Request } from "./purchase.ts";
import type { Staff } from "./staff.ts";

/** Milliseconds. */
const LABELLED_WITHIN = 10_000;

/** Parts of an order that a buyer looks at. */
interface Order {
	id: string;
	status: string;
	totals: { total: { amount: number; currency: string } };
	payment: { nextAction: { url: string } | null };
	shipments: { status: string }[];
}

/** What becomes of an order after its first answer: the provider's page, and wishes of its buyer and of staff. */
export class Afterwards {
	readonly #client: Client;
	readonly #tills: Tills;
	readonly #staff: Staff;

	constructor(client: Client, tills: Tills, staff: Staff) {
		this.#client = client;
		this.#tills = tills;
		this.#staff = staff;
	}

	/** Goes the whole way of one who has an order. */
	async go(purchase: Purchase): Promise<void> {
		if (!purchase.answer || purchase.answer.status >= 300) return;
		const { order, orderToken } = JSON.parse(purchase.answer.body) as { order: Order; orderToken: string };
		await this.#pay(purchase, order, orderToken);
		const waits = purchase.outcome === "requires_action" && purchase.visit === "walks away";
		if (purchase.outcome === "confirmed" || waits) await this.#wish(purchase, order, orderToken);
	}

	/** Until the order is paid for or has failed; one that its buyer walks away from is left as it is. */
	async #pay(purchase: Purchase, placed: Order, orderToken: string): Promise<void> {
		const { visit } = purchase;
		const path = `/v1/orders/${placed.id}`;
		const headers = { "Order-Token": orderToken };
		const end = Date.now() + GIVES_UP_AFTER;
		let { status, payment } = placed;
		let decided = false;
		for (let looks = 1; status === "pending" || status === "requires_action"; looks++) {
			if (Date.now() > end) return;
			if (status === "requires_action" && visit === "walks away") break;
			if (status === "requires_action" && !decided) {
				await decide(this.#tills, payment.nextAction!.url, visit !== "refuses");
				decided = true;
			}
			const returns = status === "requires_action" && visit !== "stays away";
			if (!returns) await pause(Math.min(1_000, 100 * looks));
			const reply = returns
				? await this.#ask(purchase, asked("resume", `${path}/resume`, headers))
				: await this.#client.insist({ method: "GET", path, headers });
			if (!reply) return;
			if (reply.status >= 300) {
				purchase.outcome = "payment_failed";
				return;
			}
			({ status, payment } = JSON.parse(reply.body) as Order);
		}
		purchase.outcome = status;
	}

	async #wish(purchase: Purchase, { id, totals }: Order, orderToken: string): Promise<void> {
		const { wish } = purchase;
		const { amount, currency } = totals.total;
		const part = Math.ceil(amount / 3);
		const cancel = () => {
			const headers = { "Order-Token": orderToken, "Idempotency-Key": randomUUID() };
			return this.#ask(purchase, asked("cancel", `/v1/orders/${id}/cancel`, headers));
		};
		const refund = async (sum: number) => {
			const key = { "Idempotency-Key": randomUUID() };
			const request = asked("refund", `/v1/admin/orders/${id}/refunds`, key, sum);
			await this.#ask(purchase, { ...request, body: { amount: { amount: sum, currency }, reason: "Scratched" } });
		};
		if (wish === "cancel parcel") await this.#untilLabelled(id, orderToken);
		if (wish === "cancel" || wish === "cancel parcel") await cancel();
		else if (wish === "refund part") await refund(part);
		else if (wish === "refund whole") await refund(amount);
		else if (wish === "refund twice") await Promise.all([refund(part), refund(amount - part)]);
		else if (wish === "refund and cancel") await Promise.all([refund(part), cancel()]);
	}

	/** Until a parcel of the order has its label; not for ever. */
	async #untilLabelled(id: string, orderToken: string): Promise<void> {
		const look = { method: "GET", path: `/v1/orders/${id}`, headers: { "Order-Token": orderToken } };
		for (const end = Date.now() + LABELLED_WITHIN; Date.now() < end; await pause(300)) {
			const reply = await this.#client.insist(look);
			const { shipments = [] } = JSON.parse(reply?.body ?? "{}") as Partial<Order>;
			if (shipments.some(({ status }) => status === "label_created")) return;
		}
	}

	/** Asks until the answer is definite, and keeps what was asked for. */
	async #ask(purchase: Purchase, request: Request): Promise<Reply | null> {
		purchase.requests.push(request);
		const reply = await this.repeat(request, () => request.tries++);
		request.answer = reply ? answerOf(reply) : null;
		return reply;
	}

	/** The same request, until its answer is definite. */
	async repeat(request: Request, tried?: () => void): Promise<Reply | null> {
		if (request.what === "refund") request.headers.Authorization = `Bearer ${await this.#staff.token()}`;
		return this.#client.insist(request, tried);
	}
}

const asked = (what: Request["what"], path: string, headers: Record<string, string>, amount = 0): Request => ({
	what,
	method: "POST",
	path,
	headers,
	amount,
	tries: 0,
	answer: null,
});
