import Type, { type Static } from "typebox";
import { Address, closed, Email, Id, Line, list, Nothing, nullable, Phone, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

/** `customer`, `administrator`, or a role that was made of scopes. */
export const RoleName = Type.String({ pattern: "^[a-z][a-z0-9-]{1,39}$" });

export const User = closed({
	id: Id,
	email: Email,
	name: Type.String(),
	phone: nullable(Phone),
	emailVerified: Type.Boolean(),
	role: RoleName,
	createdAt: Timestamp,
	version: Type.Integer(),
});
export type User = Static<typeof User>;

const Password = Type.String({ minLength: 8, maxLength: 128 });
const Token = Type.String({ minLength: 1, maxLength: 4096 });
const guarded = { requests: 30, seconds: 60 };

/** The pair of tokens that a client holds. */
export const Session = closed({
	user: User,
	accessToken: Type.String(),
	refreshToken: Type.String(),
	expiresIn: Type.Integer({ description: "Seconds" }),
});
export type Session = Static<typeof Session>;

/** The password was right; `POST /v1/auth/mfa` opens the session. */
export const MfaRequired = closed({ mfaRequired: Type.Literal(true), mfaToken: Type.String() });

export const register = contract({
	name: "user.register",
	summary: "Makes an account and mails a link that verifies the address",
	kind: "write",
	params: closed({ email: Email, password: Password, name: Line(100) }),
	result: Session,
	errors: ["email_taken", "password_too_common", "too_many_requests", "unavailable"],
	route: { method: "POST", path: "/v1/auth/register", access: "anyone", status: 201, limit: guarded },
});

export const login = contract({
	name: "user.login",
	summary: "Opens a session, or asks for the account's second factor",
	kind: "write",
	params: closed({ email: Email, password: Type.String({ minLength: 1, maxLength: 128 }) }),
	result: Type.Union([Session, MfaRequired]),
	errors: ["invalid_credentials", "too_many_requests", "unavailable"],
	route: { method: "POST", path: "/v1/auth/login", access: "anyone", limit: guarded },
});

export const refresh = contract({
	name: "user.refresh",
	summary: "A fresh pair of tokens; an old refresh token used again ends its whole family",
	kind: "write",
	params: closed({ refreshToken: Token }),
	result: Session,
	errors: ["invalid_token"],
	route: { method: "POST", path: "/v1/auth/refresh", access: "anyone", limit: { requests: 60, seconds: 60 } },
});

export const logout = contract({
	name: "user.logout",
	summary: "Ends the session on every node",
	kind: "write",
	idempotent: true,
	params: closed({}),
	result: Nothing,
	errors: [],
	route: { method: "POST", path: "/v1/auth/logout", access: "customer", status: 204 },
});

export const verifyEmail = contract({
	name: "user.verifyEmail",
	summary: "Verifies the address by the mailed token, once; one that was to replace it is the account's from then on",
	kind: "write",
	params: closed({ token: Token }),
	result: Nothing,
	errors: ["token_expired", "email_taken"],
	route: { method: "POST", path: "/v1/auth/verify-email", access: "anyone", status: 204, limit: guarded },
});

export const resendVerification = contract({
	name: "user.resendVerification",
	summary: "Mails another link that verifies the address, unless it is verified; five an hour",
	kind: "write",
	params: closed({}),
	result: Nothing,
	errors: ["too_many_requests"],
	route: { method: "POST", path: "/v1/auth/verify-email/resend", access: "customer", status: 204 },
});

export const forgotPassword = contract({
	name: "user.forgotPassword",
	summary: "Mails a link to set a new password; answers alike for known and unknown addresses",
	kind: "write",
	params: closed({ email: Email }),
	result: Nothing,
	errors: [],
	route: { method: "POST", path: "/v1/auth/forgot-password", access: "anyone", status: 204, limit: guarded },
});

export const resetPassword = contract({
	name: "user.resetPassword",
	summary: "Sets a new password by the mailed token, once, and ends all sessions",
	kind: "write",
	params: closed({ token: Token, password: Password }),
	result: Nothing,
	errors: ["token_expired", "password_too_common", "unavailable"],
	route: { method: "POST", path: "/v1/auth/reset-password", access: "anyone", status: 204, limit: guarded },
});

export const me = contract({
	name: "user.me",
	summary: "The signed-in person's profile",
	kind: "read",
	params: closed({}),
	result: User,
	errors: [],
	route: { method: "GET", path: "/v1/me", access: "customer", etag: true },
});

export const updateMe = contract({
	name: "user.updateMe",
	summary: "Changes name, phone or password",
	kind: "write",
	params: closed({
		name: Type.Optional(Line(100)),
		phone: Type.Optional(nullable(Phone)),
		password: Type.Optional(Password),
		currentPassword: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
	}),
	result: User,
	errors: ["invalid_credentials", "password_too_common", "too_many_requests", "unavailable"],
	route: { method: "PATCH", path: "/v1/me", access: "customer", etag: true },
});

export const SavedAddress = closed({ id: Id, ...Address.properties });

export const listAddresses = contract({
	name: "user.addresses",
	summary: "The saved addresses",
	kind: "read",
	params: closed(page),
	result: list(SavedAddress),
	errors: [],
	route: { method: "GET", path: "/v1/me/addresses", access: "customer" },
});

export const addAddress = contract({
	name: "user.addAddress",
	summary: "Saves an address",
	kind: "write",
	params: Address,
	result: SavedAddress,
	errors: ["quantity_exceeded"],
	route: { method: "POST", path: "/v1/me/addresses", access: "customer", status: 201 },
});

export const updateAddress = contract({
	name: "user.updateAddress",
	summary: "Changes the fields that are sent; null takes an optional one away",
	kind: "write",
	idempotent: true,
	params: closed({
		id: Id,
		...Type.Partial(Address).properties,
		company: Type.Optional(nullable(Address.properties.company)),
		line2: Type.Optional(nullable(Address.properties.line2)),
		state: Type.Optional(nullable(Address.properties.state)),
		phone: Type.Optional(nullable(Address.properties.phone)),
	}),
	result: SavedAddress,
	errors: ["not_found"],
	route: { method: "PATCH", path: "/v1/me/addresses/:id", access: "customer" },
});

export const removeAddress = contract({
	name: "user.removeAddress",
	summary: "Forgets an address",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found"],
	route: { method: "DELETE", path: "/v1/me/addresses/:id", access: "customer", status: 204 },
});

/** Who a request comes from. */
export const Caller = closed({
	userId: Id,
	sessionId: Id,
	email: Email,
	emailVerified: Type.Boolean(),
	scopes: Type.Array(Type.String()),
});
export type Caller = Static<typeof Caller>;

export const authenticate = contract({
	name: "user.authenticate",
	summary: "Who an access token belongs to; refused when it is over or its session ended",
	kind: "read",
	callers: ["gateway"],
	params: closed({ token: Token }),
	result: Caller,
	errors: ["invalid_token"],
});

export const contact = contract({
	name: "user.contact",
	summary: "A person's name, address and phone, for other services",
	kind: "read",
	callers: ["order", "review"],
	params: closed({ id: Id }),
	result: closed({ id: Id, name: Type.String(), email: Email, emailVerified: Type.Boolean(), phone: nullable(Phone) }),
	errors: ["not_found"],
});

export const ensureAdministrator = contract({
	name: "user.ensureAdministrator",
	summary:
		"Makes the first administrator when there is none; without a password a random one is made and answered once",
	kind: "write",
	callers: [],
	idempotent: true,
	params: closed({ email: Email, password: Type.Optional(Password) }),
	result: closed({ created: Type.Boolean(), email: Email, password: nullable(Type.String()) }),
	errors: ["password_too_common", "email_taken", "unavailable"],
});

/** An account as staff see it. */
export const Account = closed({ ...User.properties, disabled: Type.Boolean() });
export type Account = Static<typeof Account>;

export const administerUser = contract({
	name: "user.administer",
	summary:
		"Sets an account's role or disables it; both count at once, and a disabled one is signed out everywhere. Nobody gives, takes from or touches more than they hold themselves",
	kind: "write",
	idempotent: true,
	params: closed({
		id: Id,
		role: Type.Optional(RoleName),
		disabled: Type.Optional(Type.Boolean()),
	}),
	result: Account,
	errors: ["not_found", "forbidden", "role_unknown", "last_administrator", "conflict"],
	route: { method: "PATCH", path: "/v1/admin/users/:id", access: "users:write" },
	audited: ["role", "disabled"],
});
