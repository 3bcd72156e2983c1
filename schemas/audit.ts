import Type, { type Static } from "typebox";
import { closed, Id, list, nullable, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

/** Who did something: an account, an API key, an operator's console, or the shop itself. Ids only. */
export const Actor = closed({
	type: Type.Enum(["user", "key", "operator", "shop"]),
	id: Type.String({ minLength: 1, maxLength: 128 }),
});
export type Actor = Static<typeof Actor>;

/** What is told of a deed. */
const told = {
	ref: Id,
	actor: Actor,
	action: Type.String({ minLength: 1, maxLength: 100, description: "The contract's name" }),
	target: nullable(Type.String({ maxLength: 300, description: "The id of what it was done to" })),
	intent: nullable(Type.String({ maxLength: 64, description: "The `ref` of the entry whose outcome this is" })),
	outcome: Type.String({
		minLength: 1,
		maxLength: 64,
		description: "`intended` before it is done, then `done` or the code of the refusal",
	}),
	changes: nullable(
		Type.Record(Type.String(), Type.Unknown(), { description: "Rights and figures as they were sent" }),
	),
	requestId: nullable(Type.String({ maxLength: 128 })),
};

/** An entry of the log: `hash` is over all of it but itself, and with `previous` over all entries before it. */
export const AuditEntry = closed({
	seq: Type.Integer({ minimum: 1, description: "Counts without a gap" }),
	at: Timestamp,
	...told,
	previous: Type.String({ description: "The hash of the entry before" }),
	hash: Type.String({ description: "SHA-256, hexadecimal" }),
});
export type AuditEntry = Static<typeof AuditEntry>;

export const appendAudit = contract({
	name: "user.appendAudit",
	summary: "Adds an entry to the audit log; answered when it is stored. The same `ref` again adds nothing",
	kind: "write",
	callers: ["gateway", "operator"],
	idempotent: true,
	params: closed(told),
	result: closed({ seq: Type.Integer(), hash: Type.String() }),
	errors: ["unavailable"],
});

export const listAudit = contract({
	name: "user.audit",
	summary: "The audit log, the youngest entry first unless `sort=seq`",
	kind: "read",
	callers: ["operator"],
	params: closed({
		actor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
		action: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
		target: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
		from: Type.Optional(Timestamp),
		to: Type.Optional(Timestamp),
		sort: Type.Optional(Type.Enum(["seq", "-seq"])),
		...page,
	}),
	result: list(AuditEntry),
	errors: [],
	route: { method: "GET", path: "/v1/admin/audit", access: "audit:read" },
});
