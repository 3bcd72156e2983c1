import type { ServiceName } from "../../bin/services.ts";
import { pause } from "../buyers.ts";
import type { Fault } from "../fault.ts";
import { carts } from "../stage.ts";

/** So many buyers order at the moment of the fault; some of them reach every boundary. */
const BUYERS = 6;
const REACHED_WITHIN = 20_000;

type Moment = "before" | "after";

/** Every durable step of a checkout by the service that stores it; `declined` is only reached by a card that is refused. */
const BOUNDARIES: [service: ServiceName, at: string, moments: Moment[], inShort: Moment[], declined?: boolean][] = [
	["order", "orders saga=created", ["before", "after"], []],
	["order", "orders saga=reserved", ["before", "after"], ["after"]],
	["order", "orders saga=authorized", ["before", "after"], ["after"]],
	["order", "orders saga=committed", ["before", "after"], ["before"]],
	["order", "orders saga=confirmed", ["before", "after"], ["after"]],
	["order", "orders saga=undoing", ["before", "after"], ["after"], true],
	["order", "orders saga=failed", ["before", "after"], [], true],
	["order", "published order.confirmed", ["before", "after"], []],
	["order", "handled order.ship", ["after"], []],
	["product", "variants movement.kind=reserve", ["before", "after"], ["after"]],
	["product", "variants movement.kind=commit", ["before", "after"], ["after"]],
	["product", "variants movement.kind=release", ["before", "after"], [], true],
	["product", "published stock.changed", ["before", "after"], []],
	["payment", "payments status=pending", ["before", "after"], []],
	["payment", "payments status=authorized", ["before", "after"], ["before"]],
	["payment", "payments status=captured", ["before", "after"], ["before"]],
	["payment", "payments status=failed", ["before", "after"], [], true],
	["shipping", "shipments status=pending", ["before", "after"], []],
	["shipping", "shipments parcelId", ["before", "after"], []],
	["shipping", "shipments status=label_created", ["before", "after"], ["before"]],
	["notification", "notifications status=queued", ["before", "after"], []],
	["notification", "notifications status=sent", ["before", "after"], []],
	["cart", "carts orderId", ["before", "after"], []],
];

/** SIGKILL of a service at a durable boundary, while several buyers order. */
export const boundaries: Fault[] = BOUNDARIES.flatMap(([service, at, moments, inShort, declined]) =>
	moments.map((moment): Fault => {
		const failpoint = `${at} ${moment}`;
		return {
			name: `${service} ends ${moment} \`${at}\``,
			short: inShort.includes(moment) ? 1 : 0,
			whole: 1,
			async run(stage, name) {
				const { cluster, buyers } = stage;
				const ready = await carts(stage, name, BUYERS);
				if (declined) for (const purchase of ready.slice(0, 3)) purchase.card = "pm_card_chargeDeclined";
				const { ended } = await cluster.arm(service, failpoint);
				const answered = Promise.all(ready.map((purchase) => buyers.buy(purchase)));
				const reached = await Promise.race([ended.then(() => true), pause(REACHED_WITHIN).then(() => false)]);
				if (!reached) await cluster.kill(service);
				await cluster.startService(service);
				const back = performance.now();
				if (!reached) {
					await answered;
					throw new Error(`was not reached within ${REACHED_WITHIN / 1_000} s`);
				}
				return { times: 1, back, answered };
			},
		};
	}),
);
