import { guard } from "../../runtime/guard.ts";
import { type Aggregate, type Fact, fact } from "../../runtime/store/aggregate.ts";
import type { Address, Money } from "../../schemas/common.ts";
import { shipmentUpdated } from "../../schemas/events.ts";
import type { Rate, ShipmentStatus } from "../../schemas/shipping.ts";
import { plain } from "./plain.ts";
import { type Report, shownEvents, type TrackingEvent, withEvents } from "./tracking.ts";

/** What is in a parcel; grams of one piece, `value` of the whole line. */
export interface Content {
	itemId: string;
	title: string;
	quantity: number;
	grams: number;
	value?: Money;
}

export interface ShipmentState extends Aggregate {
	/** The caller's own name for it: one shipment each. */
	reference: string;
	orderId: string;
	orderNumber: string;
	userId: string | null;
	tokenHash: string | null;
	email: string;
	address: Address;
	items: Content[];
	/** What the buyer chose. */
	rate: Rate;
	status: ShipmentStatus;
	carrier: string;
	service: string;
	trackingNumber: string | null;
	trackingToken: string;
	labelUrl: string | null;
	/** The provider's shipment, stored before its postage is bought, and which of its rates is bought. */
	parcelId?: string;
	parcelRateId?: string;
	/** When to see to its postage next; absent when there is nothing to buy or give back. */
	due?: string;
	events: TrackingEvent[];
	createdAt: string;
}

// A status never goes back to one of a lower rank.
const RANK: Record<ShipmentStatus, number> = {
	pending: 0,
	label_created: 1,
	in_transit: 2,
	out_for_delivery: 3,
	failed: 4,
	delivered: 5,
	returned: 6,
	cancelled: 7,
};

/** The carrier has it or had it. */
export const onItsWay = ({ status, trackingNumber }: ShipmentState): boolean =>
	status !== "cancelled" && RANK[status] >= RANK.in_transit && trackingNumber !== null;

/** Nothing follows after these. */
export const isOver = ({ status }: ShipmentState): boolean => RANK[status] >= RANK.delivered;

export const wantsLabel = ({ status, labelUrl, trackingNumber }: ShipmentState): boolean =>
	labelUrl === null && status !== "cancelled" && (status !== "failed" || trackingNumber !== null);

export const gramsOf = (items: readonly Content[]): number =>
	items.reduce((sum, { grams, quantity }) => sum + grams * quantity, 0);

/** A change with the fact that tells of it. */
export interface Told {
	state: ShipmentState;
	facts: Fact[];
}

export const told = (state: ShipmentState, trackingUrl: string): Told => ({
	state,
	facts: [updatedFact({ ...state, rev: state.rev + 1 }, trackingUrl)],
});

export function updatedFact(state: ShipmentState, trackingUrl: string): Fact {
	return fact(shipmentUpdated, {
		shipmentId: state.id,
		orderId: state.orderId,
		version: state.rev,
		status: state.status,
		carrier: state.carrier,
		service: state.service,
		trackingNumber: state.trackingNumber,
		trackingUrl,
		items: state.items.map(({ itemId, quantity }) => ({ itemId, quantity })),
		events: shownEvents(state),
	});
}

/** What a carrier reports: its events once each, its status unless that would be a step back. */
export function reported(
	state: ShipmentState,
	report: { status: ShipmentStatus | null; trackingNumber: string | null; events: readonly Report[] },
): ShipmentState {
	const next = withEvents(state, report.events);
	const status = report.status !== null && mayFollow(state.status, report.status) ? report.status : state.status;
	const trackingNumber = state.trackingNumber ?? report.trackingNumber;
	if (status === next.status && trackingNumber === next.trackingNumber) return next;
	return { ...next, status, trackingNumber };
}

// A parcel that moves cannot be cancelled any more, whatever arrives late.
const mayFollow = (from: ShipmentStatus, to: ShipmentStatus): boolean =>
	RANK[to] > RANK[from] && (to !== "cancelled" || RANK[from] <= RANK.label_created);

const preparedAlready = guard("a parcel has one shipment at the provider");

/** Keeps the provider's shipment, the first one that was made. */
export const prepared = (state: ShipmentState, parcelId: string, parcelRateId: string): ShipmentState =>
	preparedAlready(state.parcelId !== undefined) ? state : { ...state, parcelId, parcelRateId };

/** The postage is bought. A shipment that was cancelled meanwhile stays so, and its postage is due to be given back. */
export function labelled(
	state: ShipmentState,
	label: { carrier: string; service: string; trackingNumber: string; labelUrl: string },
	at: string,
): ShipmentState {
	if (state.labelUrl !== null) return state;
	const { due, ...rest } = { ...state, ...label };
	if (state.status === "cancelled") return { ...rest, due: due ?? at };
	const status = RANK[state.status] < RANK.label_created ? "label_created" : state.status;
	return withEvents({ ...rest, status }, [{ at, status: "label_created", message: "The label was made" }]);
}

/** No carrier takes it. */
export function refused(state: ShipmentState, reason: string, at: string): ShipmentState {
	if (state.status !== "pending") return state;
	const { due: _due, ...rest } = state;
	return withEvents({ ...rest, status: "failed" }, plain([{ at, status: "failed", message: reason }], state));
}

/**
 * Takes it back before it is on its way; the very same shipment when that is too late or done.
 * @param refunded whether its postage is given back already; otherwise that is due
 */
export function cancelled(state: ShipmentState, at: string, refunded: boolean): ShipmentState {
	if (state.status === "cancelled" || onItsWay(state)) return state;
	const next: ShipmentState = { ...(refunded ? withoutDue(state) : { ...state, due: at }), status: "cancelled" };
	return withEvents(next, [{ at, status: "cancelled", message: "The shipment was cancelled" }]);
}

export function withoutDue(state: ShipmentState): ShipmentState {
	if (state.due === undefined) return state;
	const { due: _due, ...rest } = state;
	return rest;
}
