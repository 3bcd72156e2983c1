import { hash } from "node:crypto";
import { guard } from "../../runtime/guard.ts";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import type { Notification, NotificationKind } from "../../schemas/notification.ts";

export type Channel = Notification["channel"];
/** What a provider tells of a message afterwards. */
export type Delivered = "sent" | "delivered" | "failed";

/** One mail or message to one address. */
export interface NotificationState extends Aggregate {
	kind: NotificationKind;
	reference: string;
	channel: Channel;
	userId: string | null;
	/** An address or a phone in E.164. */
	to: string;
	/** What the template needs. */
	data: Record<string, unknown>;
	subject: string | null;
	status: Notification["status"];
	attempts: number;
	/** How often an operator had it sent again: a fresh mail each time. */
	resends: number;
	error: string | null;
	/** Twilio's id; absent for mails. */
	providerId?: string;
	createdAt: string;
	queuedAt: string;
	sentAt: string | null;
	/** Until then somebody is sending it: the first delivery of its event has it from its birth, any other must claim it. */
	claimedUntil: string | null;
}

/** The same kind, reference and channel have the same id, so that a notification exists once. */
export function idOf(kind: NotificationKind, reference: string, channel: Channel): string {
	return `ntf_${hash("sha256", `${kind}\n${reference}\n${channel}`).slice(0, 32)}`;
}

const sentTwice = guard("a mail is sent by one at a time");

const RANK = { queued: 0, sent: 1, delivered: 2, failed: 2 };
/** Kinds whose data holds a link that signs somebody in: it is forgotten when it was sent. */
const SECRET: readonly NotificationKind[] = ["verify_email", "reset_password"];
const LONGEST_ERROR = 500;

export const isSecret = (kind: NotificationKind): boolean => SECRET.includes(kind);

/** Milliseconds; longer than any provider is waited for. */
const CLAIM = 45_000;
export const claimFrom = (at: string): string => new Date(Date.parse(at) + CLAIM).toISOString();

/**
 * Claims it for one more delivery; the very same when it does not wait, or somebody is at it.
 * @param replayed one that was given up is sent after all
 */
export function claimed(state: NotificationState, at: string, replayed: boolean): NotificationState {
	const waits = state.status === "queued" || (replayed && state.status === "failed");
	const taken = state.claimedUntil !== null && state.claimedUntil > at;
	return waits && !sentTwice(taken) ? { ...state, claimedUntil: claimFrom(at) } : state;
}

/** After a provider took it. */
export function sent(state: NotificationState, subject: string | null, providerId: string | null, at: string) {
	if (RANK[state.status] >= RANK.sent && state.status !== "failed") return state;
	// Erased meanwhile: what was sent to nobody has no subject.
	if (state.to === "") return state;
	const data = isSecret(state.kind) ? {} : state.data;
	const next = {
		...state,
		status: "sent" as const,
		subject,
		data,
		attempts: state.attempts + 1,
		error: null,
		sentAt: at,
		claimedUntil: null,
	};
	return providerId === null ? next : { ...next, providerId };
}

/** After an attempt that failed; `over` when there will be no other. */
export function attempted(state: NotificationState, error: string, over: boolean): NotificationState {
	// What a provider says of one that was erased meanwhile may name its address.
	if ((state.status !== "queued" && state.status !== "failed") || state.to === "") return state;
	const status = over ? "failed" : state.status;
	return { ...state, status, attempts: state.attempts + 1, error: error.slice(0, LONGEST_ERROR), claimedUntil: null };
}

/** What the provider told afterwards. A status never goes back. */
export function reported(state: NotificationState, status: Delivered, error: string | null): NotificationState {
	if (state.status === "queued" || RANK[status] <= RANK[state.status]) return state;
	return { ...state, status, error };
}

/** Back in the queue, as a fresh one. */
export function queuedAgain(state: NotificationState, at: string): NotificationState {
	const claimedUntil = claimFrom(at);
	return {
		...state,
		status: "queued",
		resends: state.resends + 1,
		error: null,
		queuedAt: at,
		sentAt: null,
		claimedUntil,
	};
}

/** As its owner sees it, or masked: enough to recognize an address, too little to write to it. */
export function view(state: NotificationState, to = state.to): Notification {
	const { id, kind, channel, subject, status, attempts, error, createdAt, sentAt } = state;
	return { id, kind, channel, to, subject, status, attempts, error, createdAt, sentAt };
}

export const maskedView = (state: NotificationState): Notification => view(state, masked(state.to));

export function masked(to: string): string {
	const at = to.lastIndexOf("@");
	if (at > 0) return `${to[0]}***${to.slice(at)}`;
	return to.length > 4 ? `***${to.slice(-4)}` : "***";
}
