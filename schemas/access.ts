import Type, { type Static } from "typebox";
import { closed, Email, Id, Line, list, Nothing, nullable, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";
import { SCOPES } from "./scopes.ts";
import { Account, RoleName } from "./user.ts";

const Scopes = Type.Array(Type.Enum([...SCOPES]), { maxItems: SCOPES.length, uniqueItems: true });

/** A right to do something, as a role of staff holds several. */
export const Role = closed({
	name: RoleName,
	description: Type.String(),
	scopes: Scopes,
	builtIn: Type.Boolean({ description: "It cannot be changed or removed" }),
	version: Type.Integer(),
});
export type Role = Static<typeof Role>;

const rolesPath = "/v1/admin/roles";

export const listRoles = contract({
	name: "user.roles",
	summary: "The roles by name, those that are built in first",
	kind: "read",
	params: closed(page),
	result: list(Role),
	errors: [],
	route: { method: "GET", path: rolesPath, access: "users:read" },
});

export const getRole = contract({
	name: "user.role",
	summary: "One role",
	kind: "read",
	params: closed({ name: RoleName }),
	result: Role,
	errors: ["not_found"],
	route: { method: "GET", path: `${rolesPath}/:name`, access: "users:read", etag: true },
});

export const createRole = contract({
	name: "user.createRole",
	summary: "Makes a role of scopes that its maker holds",
	kind: "write",
	params: closed({ name: RoleName, description: Type.Optional(Line(200, 0)), scopes: Scopes }),
	result: Role,
	errors: ["forbidden", "role_taken"],
	route: { method: "POST", path: rolesPath, access: "roles:write", status: 201, etag: true },
	audited: ["name", "scopes"],
});

export const updateRole = contract({
	name: "user.updateRole",
	summary: "Changes what a role may do, at once for everybody who has it; not one's own, and within one's own scopes",
	kind: "write",
	params: closed({
		name: RoleName,
		description: Type.Optional(Line(200, 0)),
		scopes: Type.Optional(Scopes),
	}),
	result: Role,
	errors: ["not_found", "forbidden", "precondition_failed"],
	route: { method: "PATCH", path: `${rolesPath}/:name`, access: "roles:write", etag: true, ifMatch: true },
	audited: ["scopes"],
});

export const removeRole = contract({
	name: "user.removeRole",
	summary: "Removes a role that no account has",
	kind: "write",
	params: closed({ name: RoleName }),
	result: Nothing,
	errors: ["not_found", "forbidden", "role_in_use"],
	route: { method: "DELETE", path: `${rolesPath}/:name`, access: "roles:write", status: 204 },
});

export const listUsers = contract({
	name: "user.list",
	summary: "Accounts, the youngest first",
	kind: "read",
	params: closed({ role: Type.Optional(RoleName), email: Type.Optional(Email), ...page }),
	result: list(Account),
	errors: [],
	route: { method: "GET", path: "/v1/admin/users", access: "users:read" },
});

export const getUser = contract({
	name: "user.get",
	summary: "One account",
	kind: "read",
	params: closed({ id: Id }),
	result: Account,
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/admin/users/:id", access: "users:read", etag: true },
});

/** A key of a program that asks in the name of nobody. */
export const ApiKey = closed({
	id: Id,
	name: Type.String(),
	scopes: Scopes,
	lastFour: Type.String({ description: "The end of its secret, to tell it by" }),
	createdBy: Id,
	createdAt: Timestamp,
	expiresAt: nullable(Timestamp),
	revokedAt: nullable(Timestamp),
	lastUsedAt: nullable(Type.String({ format: "date-time", description: "To the hour" })),
});
export type ApiKey = Static<typeof ApiKey>;

const keysPath = "/v1/admin/api-keys";

export const listApiKeys = contract({
	name: "user.apiKeys",
	summary: "API keys, the youngest first, also those that are over",
	kind: "read",
	params: closed(page),
	result: list(ApiKey),
	errors: [],
	route: { method: "GET", path: keysPath, access: "keys:write" },
});

export const createApiKey = contract({
	name: "user.createApiKey",
	summary:
		"Makes a key with some of its maker's scopes; its secret is shown only here. It may never do more than its maker may at that moment",
	kind: "write",
	params: closed({
		name: Line(100),
		scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, maxItems: SCOPES.length, uniqueItems: true }),
		expiresAt: Type.Optional(Timestamp),
	}),
	result: closed({ ...ApiKey.properties, secret: Type.String({ description: "For `Authorization: Bearer`" }) }),
	errors: ["forbidden"],
	route: { method: "POST", path: keysPath, access: "keys:write", status: 201 },
	audited: ["scopes", "expiresAt"],
});

export const revokeApiKey = contract({
	name: "user.revokeApiKey",
	summary: "Ends a key at once, on every node",
	kind: "write",
	idempotent: true,
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found"],
	route: { method: "DELETE", path: `${keysPath}/:id`, access: "keys:write", status: 204 },
});

export const authenticateKey = contract({
	name: "user.authenticateKey",
	summary: "What an API key may do now; refused when it is over, revoked, or its maker is disabled",
	kind: "read",
	callers: ["gateway"],
	params: closed({ secret: Type.String({ minLength: 1, maxLength: 200 }) }),
	result: closed({ keyId: Id, keyOwnerId: Id, scopes: Type.Array(Type.String()) }),
	errors: ["invalid_token"],
});
