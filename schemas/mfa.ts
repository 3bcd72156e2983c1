import Type from "typebox";
import { closed, Id, Nothing, nullable, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";
import { Session } from "./user.ts";

const Password = Type.String({ minLength: 1, maxLength: 128 });
const MfaToken = Type.String({ minLength: 1, maxLength: 4096 });
const code = Type.String({ pattern: "^[0-9]{6}$", description: "What the authenticator app shows" });
const recoveryCode = Type.String({ pattern: "^[A-Za-z2-7 -]{16,40}$", description: "One of the ten; it works once" });
const guarded = { requests: 30, seconds: 60 };

/** Ten of them, shown this once. */
const RecoveryCodes = closed({ recoveryCodes: Type.Array(Type.String()) });

export const verifyMfa = contract({
	name: "user.verifyMfa",
	summary: "Opens the session of a login that waits for its second factor, by a code of the app or a recovery code",
	kind: "write",
	params: Type.Union([closed({ mfaToken: MfaToken, code }), closed({ mfaToken: MfaToken, recoveryCode })]),
	result: Session,
	errors: ["invalid_token", "invalid_code", "too_many_requests"],
	route: { method: "POST", path: "/v1/auth/mfa", access: "anyone", limit: guarded },
});

export const mfaState = contract({
	name: "user.mfaState",
	summary: "Whether a login asks for a second factor, since when, and how many recovery codes are left",
	kind: "read",
	params: closed({}),
	result: closed({ enabled: Type.Boolean(), since: nullable(Timestamp), recoveryCodesLeft: Type.Integer() }),
	errors: [],
	route: { method: "GET", path: "/v1/me/mfa", access: "customer" },
});

export const beginMfa = contract({
	name: "user.beginMfa",
	summary: "Makes the secret of an authenticator app; nothing is asked at logins until a code confirms it",
	kind: "write",
	params: closed({ password: Password }),
	result: closed({
		secret: Type.String({ description: "Base32" }),
		uri: Type.String({ description: "otpauth://, for a QR code" }),
	}),
	errors: ["invalid_credentials", "transition_not_allowed", "too_many_requests", "unavailable"],
	route: { method: "POST", path: "/v1/me/mfa", access: "customer", status: 201, limit: guarded },
});

export const confirmMfa = contract({
	name: "user.confirmMfa",
	summary: "Asks for a second factor from the next login on; answers ten recovery codes, which are shown only now",
	kind: "write",
	params: closed({ code }),
	result: RecoveryCodes,
	errors: ["invalid_code", "transition_not_allowed", "too_many_requests"],
	route: { method: "POST", path: "/v1/me/mfa/confirm", access: "customer", limit: guarded },
});

export const disableMfa = contract({
	name: "user.disableMfa",
	summary: "Logins ask for the password alone again",
	kind: "write",
	params: Type.Union([closed({ password: Password, code }), closed({ password: Password, recoveryCode })]),
	result: Nothing,
	errors: ["invalid_credentials", "invalid_code", "transition_not_allowed", "too_many_requests", "unavailable"],
	route: { method: "POST", path: "/v1/me/mfa/disable", access: "customer", status: 204, limit: guarded },
});

export const renewRecoveryCodes = contract({
	name: "user.renewRecoveryCodes",
	summary: "Ten other recovery codes, which are shown only now; the former ones are void",
	kind: "write",
	params: closed({ password: Password, code }),
	result: RecoveryCodes,
	errors: ["invalid_credentials", "invalid_code", "transition_not_allowed", "too_many_requests", "unavailable"],
	route: { method: "POST", path: "/v1/me/mfa/recovery-codes", access: "customer", limit: guarded },
});

export const removeMfa = contract({
	name: "user.removeMfa",
	summary:
		"Takes the second factor off the account of somebody who has lost it, once staff know who asks: their sessions end, their password stays, and a mail tells them",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found", "forbidden", "transition_not_allowed", "conflict"],
	route: { method: "DELETE", path: "/v1/admin/users/:id/mfa", access: "users:write", status: 204 },
});
