import Type, { type Static } from "typebox";
import { closed, Id, list, Nothing, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

const FailedAttempt = closed({ attempt: Type.Integer(), at: Timestamp, error: Type.String() });

/** An event that its consumer could not handle, however often it tried. */
export const DeadLetter = closed({
	id: Type.String(),
	service: Type.String(),
	consumer: Type.String({ description: "Of this service" }),
	event: closed({
		id: Type.String(),
		name: Type.String(),
		aggregate: Type.String(),
		at: Timestamp,
		data: Type.Record(Type.String(), Type.Unknown()),
	}),
	error: Type.String({ description: "Of the last attempt" }),
	attempts: Type.Integer(),
	history: Type.Array(FailedAttempt, { description: "The first attempt that is known and the latest ones" }),
	at: Timestamp,
});
export type DeadLetter = Static<typeof DeadLetter>;

const base = "/v1/admin/dead-letters";
const access = "operations:write";

export const deadLetters = contract({
	name: "gateway.deadLetters",
	summary: "Events that could not be handled, the oldest first",
	kind: "read",
	params: closed({ ...page, service: Type.Optional(Type.String({ maxLength: 40, pattern: "^[a-z]{1,40}$" })) }),
	result: list(DeadLetter),
	errors: [],
	route: { method: "GET", path: base, access },
});

export const deadLetter = contract({
	name: "gateway.deadLetter",
	summary: "One of them",
	kind: "read",
	params: closed({ id: Id }),
	result: DeadLetter,
	errors: ["not_found"],
	route: { method: "GET", path: `${base}/:id`, access },
});

export const replayDeadLetter = contract({
	name: "gateway.replayDeadLetter",
	summary: "Hands it to its consumer again, on whichever node; it is gone when that worked",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found", "replay_failed", "unavailable"],
	timeout: 30_000,
	route: { method: "POST", path: `${base}/:id/replay`, access, status: 204 },
});

export const dropDeadLetter = contract({
	name: "gateway.dropDeadLetter",
	summary: "Gives it up: nobody handles the event",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found"],
	route: { method: "DELETE", path: `${base}/:id`, access, status: 204 },
});
