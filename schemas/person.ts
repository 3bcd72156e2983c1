import Type, { type Static } from "typebox";
import { closed, Id, Nothing, nullable, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

/** Services that hold something on people, in the order in which an export shows them. */
export const HOLDERS = ["user", "cart", "order", "payment", "shipping", "review", "notification", "gateway"] as const;
export type Holder = (typeof HOLDERS)[number];

/** Whose data is meant. */
export const Person = closed({
	userId: Id,
	/** SHA-256 of the account's address in lower case, in hex: what is found by the address is found by this. */
	addressHash: nullable(Type.String({ pattern: "^[0-9a-f]{64}$" })),
	/** Whether the address is proven, so that guests' orders of it are this person's. */
	verified: Type.Boolean(),
});
export type Person = Static<typeof Person>;

/** What is held, by the name of what it is; each entry as its owner may see it, without secrets. */
const Part = Type.Record(Type.String(), Type.Array(Type.Unknown()));

/** Who gathers or orders it, unless it is the one who answers. */
const othersThan = (service: Holder, caller: Holder) => (service === caller ? [] : [caller]);

const dataOf = (service: Holder) =>
	contract({
		name: `${service}.personalData`,
		summary: "What is held on a person here, a page at a time; a page stays far below the largest message of NATS",
		kind: "read",
		callers: othersThan(service, "gateway"),
		params: closed({ ...Person.properties, cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })) }),
		result: closed({ data: Part, nextCursor: nullable(Type.String()) }),
		errors: ["validation_failed"],
	});

const eraseOf = (service: Holder) =>
	contract({
		name: `${service}.erase`,
		summary:
			"Forgets a person here and keeps the sums. Again: no effect. `waiting` counts what is still needed, as the address of a parcel without a label: it is asked for again",
		kind: "write",
		callers: othersThan(service, "user"),
		idempotent: true,
		timeout: 30_000,
		params: Person,
		result: closed({ erased: Type.Integer(), waiting: Type.Integer() }),
		errors: [],
	});

const each = <C>(make: (service: Holder) => C) =>
	Object.fromEntries(HOLDERS.map((service) => [service, make(service)])) as Record<Holder, C>;

/** What each holder tells of a person. */
export const personalData = each(dataOf);

/** How each holder forgets a person. */
export const erasePerson = each(eraseOf);

export const exportMe = contract({
	name: "gateway.export",
	summary: "Everything that every service holds on the signed-in person, by service; secrets are left out",
	kind: "read",
	timeout: 30_000,
	params: closed({}),
	result: closed({ exportedAt: Timestamp, ...each(() => Part) }),
	errors: ["unavailable", "timeout"],
	route: { method: "GET", path: "/v1/me/export", access: "customer", limit: { requests: 20, seconds: 60 } },
});

export const eraseMe = contract({
	name: "user.eraseMe",
	summary:
		"Erases the signed-in person: the account is gone at once, every service forgets what it holds, and the accounts' sums stay. Unpaid orders are cancelled; of paid ones the address stays until the parcel has its label. An account of staff is refused: another administrator makes it a customer's first",
	kind: "write",
	params: closed({}),
	result: Nothing,
	errors: ["forbidden"],
	route: { method: "DELETE", path: "/v1/me", access: "customer", status: 204 },
});
