import type { ServiceName } from "../../bin/services.ts";
import { pause } from "../buyers/client.ts";
import type { Kind } from "../buyers/purchase.ts";
import type { Fault } from "../fault.ts";
import { carts } from "../stage.ts";

/** So many buyers order at the moment of the fault; half of them reach the boundary for certain. */
const BUYERS = 6;
const CERTAIN = 3;
const REACHED_WITHIN = 20_000;

type Moment = "before" | "after";

const PAYS: Kind = { means: "card", visit: "comes back", wish: "nothing" };
const DECLINED: Kind = { ...PAYS, means: "declined" };
const APPROVES: Kind = { ...PAYS, means: "challenged" };
const BY_PAYPAL: Kind = { ...PAYS, means: "paypal" };
const CANCELS: Kind = { ...PAYS, wish: "cancel" };
const CANCELS_PARCEL: Kind = { ...PAYS, wish: "cancel parcel" };
const GETS_PART: Kind = { ...PAYS, wish: "refund part" };
const GETS_ALL: Kind = { ...BY_PAYPAL, wish: "refund whole" };

/** Every durable step of an order by the service that stores it, and the buyers who reach it. */
const BOUNDARIES: [service: ServiceName, at: string, moments: Moment[], inShort: Moment[], who?: Kind][] = [
	["order", "orders saga=created", ["before", "after"], []],
	["order", "orders saga=reserved", ["before", "after"], ["after"]],
	["order", "orders saga=authorized", ["before", "after"], ["after"]],
	["order", "orders saga=committed", ["before", "after"], ["before"]],
	["order", "orders saga=confirmed", ["before", "after"], ["after"]],
	["order", "orders saga=undoing", ["before", "after"], ["after"], DECLINED],
	["order", "orders saga=failed", ["before", "after"], [], DECLINED],
	["order", "published order.confirmed", ["before", "after"], []],
	["order", "handled order.ship", ["after"], []],
	["product", "variants movement.kind=reserve", ["before", "after"], ["after"]],
	["product", "variants movement.kind=commit", ["before", "after"], ["after"]],
	["product", "variants movement.kind=release", ["before", "after"], [], DECLINED],
	["product", "published stock.changed", ["before", "after"], []],
	["payment", "payments status=pending", ["before", "after"], []],
	["payment", "payments status=authorized", ["before", "after"], ["before"]],
	["payment", "payments status=captured", ["before", "after"], ["before"]],
	["payment", "payments status=failed", ["before", "after"], [], DECLINED],
	["shipping", "shipments status=pending", ["before", "after"], []],
	["shipping", "shipments parcelId", ["before", "after"], []],
	["shipping", "shipments status=label_created", ["before", "after"], ["before"]],
	["notification", "notifications status=queued", ["before", "after"], []],
	["notification", "notifications status=sent", ["before", "after"], []],
	["cart", "carts orderId", ["before", "after"], []],
	["order", "orders saga=awaiting_buyer", ["before", "after"], [], APPROVES],
	["order", "orders saga=cancelling", ["before", "after"], ["after"], CANCELS],
	["order", "orders saga=cancelled", ["before", "after"], ["before"], CANCELS],
	["order", "orders status=partially_refunded", ["before", "after"], ["before"], GETS_PART],
	["product", "variants movement.kind=restock", ["before", "after"], [], CANCELS],
	["shipping", "shipments status=cancelled", ["before", "after"], [], CANCELS_PARCEL],
	["payment", "payments status=requires_action", ["before", "after"], [], BY_PAYPAL],
	["payment", "payments status=authorized", ["before", "after"], ["before"], BY_PAYPAL],
	["payment", "payments status=captured", ["before", "after"], [], BY_PAYPAL],
	["payment", "payments refunds.0.status=requested", ["after"], [], GETS_ALL],
	["payment", "payments status=refunded", ["before", "after"], ["before"], GETS_ALL],
	["payment", "payments status=partially_refunded", ["before", "after"], [], GETS_PART],
];

/** SIGKILL of a service at a durable boundary, while several buyers order. */
export const boundaries: Fault[] = BOUNDARIES.flatMap(([service, at, moments, inShort, who]) =>
	moments.map((moment): Fault => {
		const failpoint = `${at} ${moment}`;
		return {
			name: `${service} ends ${moment} \`${at}\`${who === BY_PAYPAL ? " by PayPal" : ""}`,
			short: inShort.includes(moment) ? 1 : 0,
			whole: 1,
			async run(stage, name) {
				const { cluster, buyers } = stage;
				const ready = await carts(stage, name, BUYERS, Array<Kind>(CERTAIN).fill(who ?? PAYS));
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
