import test from "ava";
import fc from "fast-check";
import type { ShipmentStatus } from "../../schemas/shipping.ts";
import { cancelled, labelled, onItsWay, refused, reported, type ShipmentState, wantsLabel } from "./domain.ts";
import { reportOf } from "./providers/easypost-webhook.ts";
import { shownEvents } from "./tracking.ts";

const AT = "2026-07-01T12:00:00.000Z";
const rate = {
	id: "rate_1",
	carrier: "UPS",
	service: "Ground",
	price: { amount: 1, currency: "USD" },
	minDeliveryDate: null,
	maxDeliveryDate: null,
};
const fresh: ShipmentState = {
	id: "shp_1",
	rev: 1,
	reference: "ful_1",
	orderId: "ord_1",
	orderNumber: "1",
	userId: null,
	tokenHash: null,
	email: "a@b.co",
	address: { name: "A", line1: "1", city: "B", postalCode: "1", country: "US" },
	items: [],
	rate,
	status: "pending",
	carrier: "UPS",
	service: "Ground",
	trackingNumber: null,
	trackingToken: "t",
	labelUrl: null,
	parcelId: "shp_easypost",
	due: AT,
	events: [],
	createdAt: AT,
};
const label = { carrier: "UPS", service: "Ground", trackingNumber: "1Z", labelUrl: "https://label" };
const sold = labelled(fresh, label, AT);

const day = (days: number) => new Date(Date.parse(AT) + days * 86_400_000).toISOString();
const WAY: ShipmentStatus[] = ["label_created", "in_transit", "out_for_delivery", "delivered"];
/** What the carrier says when the parcel has come so far: all steps up to there. */
const report = (steps: number) => ({
	status: WAY[steps - 1]!,
	trackingNumber: "1Z",
	events: WAY.slice(0, steps).map((status, index) => ({ at: day(index), status, message: status })),
});

test("reports in any order, any number of times, end at the same parcel", (t) => {
	const reports$ = fc.shuffledSubarray([1, 1, 2, 2, 3, 3, 4, 4], { minLength: 1 });
	fc.assert(
		fc.property(reports$, fc.boolean(), (steps, beforeLabel) => {
			let state = beforeLabel ? fresh : sold;
			for (const step of steps) {
				const next = reported(state, report(step));
				if (WAY.indexOf(next.status) < WAY.indexOf(state.status)) return false;
				state = next;
			}
			if (beforeLabel) state = labelled(state, label, AT);
			const farthest = Math.max(...steps);
			const scans = shownEvents(state).filter(({ message }) => WAY.includes(message as ShipmentStatus));
			return state.status === WAY[farthest - 1] && scans.length === farthest && state.labelUrl !== null;
		}),
		{ numRuns: 1_000 },
	);
	t.pass();
});

test("a report that says nothing of note changes nothing", (t) => {
	const state = reported(sold, report(2));
	t.is(reported(state, report(1)), state);
	t.is(reported(state, { status: null, trackingNumber: null, events: [] }), state);
	t.is(reported(state, { status: "cancelled", trackingNumber: null, events: [] }), state);
});

test("a parcel that failed may still arrive, and one that came back stays so", (t) => {
	const status = (...way: ShipmentStatus[]) =>
		way.reduce((state, one) => reported(state, { status: one, trackingNumber: null, events: [] }), sold).status;
	t.is(status("in_transit", "failed", "delivered"), "delivered");
	t.is(status("failed", "in_transit"), "failed");
	t.is(status("returned", "delivered"), "returned");
	t.is(status("cancelled", "in_transit"), "cancelled");
});

test("only what is not on its way is cancelled, and postage that was paid is due to be given back", (t) => {
	t.like(cancelled(fresh, AT, false), { status: "cancelled", due: AT });
	t.is(cancelled(sold, AT, true).due, undefined);
	const late = labelled(cancelled(fresh, AT, false), label, AT);
	t.like(late, { status: "cancelled", labelUrl: label.labelUrl, due: AT });
	const moving = reported(sold, report(2));
	t.true(onItsWay(moving));
	t.is(cancelled(moving, AT, false), moving);
});

test("a label is wanted until it is there, refused or not needed", (t) => {
	t.true(wantsLabel(fresh));
	t.true(wantsLabel(reported(fresh, report(2))));
	t.false(wantsLabel(sold));
	t.false(wantsLabel(cancelled(fresh, AT, false)));
	t.false(wantsLabel(refused(fresh, "no", AT)));
	t.is(refused(sold, "no", AT), sold);
});

test("EasyPost's statuses are told in the shop's words, and those of the tracking itself not at all", (t) => {
	const told = (status: string) => reportOf({ shipment_id: "shp_easypost", status })?.status;
	t.is(told("pre_transit"), "label_created");
	t.is(told("available_for_pickup"), "out_for_delivery");
	t.is(told("return_to_sender"), "returned");
	t.is(told("failure"), "failed");
	for (const status of ["unknown", "error", "constructor"]) t.is(told(status), null);
	t.is(reportOf({ status: "delivered" }), null);
});
