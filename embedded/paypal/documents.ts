import type { Issue } from "./issues.ts";
import type { Money } from "./money.ts";

export type PurchaseUnit = {
	reference_id: string;
	amount: Money & { breakdown?: Record<string, Money> };
	description?: string;
	custom_id?: string;
	invoice_id?: string;
	soft_descriptor?: string;
	items?: object[];
	shipping?: object;
	payee?: object;
	/** Ids of what was paid for the unit. */
	payments: { authorizations: string[]; captures: string[]; refunds: string[] };
};

/** An order as it is kept; `render.ts` makes PayPal's answer of it. */
export type Order = {
	id: string;
	intent: "AUTHORIZE" | "CAPTURE";
	status: "CREATED" | "PAYER_ACTION_REQUIRED" | "APPROVED" | "COMPLETED" | "VOIDED";
	purchase_units: PurchaseUnit[];
	return_url: string | null;
	cancel_url: string | null;
	/** It named `payment_source`, so that its link is called payer-action. */
	sourced: boolean;
	/** Set by the approval: the payer pays with something that is declined, or whose money comes later. */
	decline: Issue | null;
	pending: boolean;
	create_time: string;
	update_time: string;
};

type Payment = {
	id: string;
	order: string;
	reference_id: string;
	amount: Money;
	custom_id?: string;
	invoice_id?: string;
	create_time: string;
	update_time: string;
};

export type Authorization = Payment & {
	status: "CREATED" | "PARTIALLY_CAPTURED" | "CAPTURED" | "VOIDED";
	/** Minor units. */
	captured: number;
	expiration_time: string;
	/** The authorization it renews, and the one that renewed it. */
	renews: string | null;
	renewed_by: string | null;
};

export type Capture = Payment & {
	status: "COMPLETED" | "PENDING" | "DECLINED" | "PARTIALLY_REFUNDED" | "REFUNDED";
	authorization: string | null;
	final_capture: boolean;
	/** Minor units. */
	refunded: number;
};

export type Refund = Payment & { status: "COMPLETED"; capture: string; note_to_payer?: string; total: number };

export type Kind = "order" | "authorization" | "capture" | "refund";
