import Type, { type TProperties } from "typebox";
import { closed, Id, Line, list, Nothing, nullable, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";
import { Session } from "./user.ts";

const Bytes = (maxLength: number) =>
	Type.String({ minLength: 1, maxLength, pattern: "^[A-Za-z0-9_-]+$", description: "base64url" });
const CredentialId = Bytes(1_400);
const guarded = { requests: 30, seconds: 60 };

/** What `PublicKeyCredential.toJSON()` gives in a browser (WebAuthn level 3). */
const credential = <P extends TProperties>(response: P) =>
	closed({
		id: CredentialId,
		rawId: CredentialId,
		type: Type.Enum(["public-key"]),
		response: closed(response),
		authenticatorAttachment: Type.Optional(nullable(Line(40))),
		clientExtensionResults: Type.Optional(Type.Object({}, { maxProperties: 32, description: "Is not looked at" })),
	});

const Registration = credential({
	clientDataJSON: Bytes(4_096),
	attestationObject: Bytes(16_384),
	transports: Type.Optional(Type.Array(Line(40), { maxItems: 16 })),
	authenticatorData: Type.Optional(Bytes(16_384)),
	publicKey: Type.Optional(nullable(Bytes(8_192))),
	publicKeyAlgorithm: Type.Optional(Type.Integer()),
});

const Assertion = credential({
	clientDataJSON: Bytes(4_096),
	authenticatorData: Bytes(4_096),
	signature: Bytes(8_192),
	userHandle: Type.Optional(nullable(Bytes(128))),
});

const Descriptor = Type.Object({ id: Type.String(), type: Type.String() });

/** What `PublicKeyCredential.parseCreationOptionsFromJSON()` takes. */
const CreationOptions = Type.Object({
	challenge: Type.String(),
	rp: Type.Object({ id: Type.String(), name: Type.String() }),
	user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
	pubKeyCredParams: Type.Array(Type.Object({ type: Type.String(), alg: Type.Integer() })),
	excludeCredentials: Type.Array(Descriptor),
	authenticatorSelection: Type.Object({ residentKey: Type.String(), userVerification: Type.String() }),
	timeout: Type.Integer(),
	attestation: Type.String(),
});

/** What `PublicKeyCredential.parseRequestOptionsFromJSON()` takes; it names no account. */
const RequestOptions = Type.Object({
	challenge: Type.String(),
	rpId: Type.String(),
	userVerification: Type.String(),
	timeout: Type.Integer(),
});

export const Passkey = closed({
	id: Id,
	name: Type.String(),
	createdAt: Timestamp,
	lastUsedAt: nullable(Timestamp),
	backedUp: Type.Boolean({ description: "Whether it is kept beyond one device" }),
});

export const passkeyOptions = contract({
	name: "user.passkeyOptions",
	summary: "What a browser needs to make a passkey for the person who asks; holds for five minutes",
	kind: "write",
	params: closed({ password: Type.String({ minLength: 1, maxLength: 128 }) }),
	result: CreationOptions,
	errors: ["invalid_credentials", "too_many_requests", "unavailable"],
	route: { method: "POST", path: "/v1/me/passkeys/options", access: "customer", limit: guarded },
});

export const addPasskey = contract({
	name: "user.addPasskey",
	summary: "Keeps the passkey that the browser made",
	kind: "write",
	params: closed({ name: Line(100), credential: Registration }),
	result: Passkey,
	errors: ["passkey_refused", "quantity_exceeded"],
	route: { method: "POST", path: "/v1/me/passkeys", access: "customer", status: 201, limit: guarded },
});

export const listPasskeys = contract({
	name: "user.passkeys",
	summary: "The person's passkeys, the oldest first",
	kind: "read",
	params: closed(page),
	result: list(Passkey),
	errors: [],
	route: { method: "GET", path: "/v1/me/passkeys", access: "customer" },
});

export const renamePasskey = contract({
	name: "user.renamePasskey",
	summary: "Gives a passkey another name",
	kind: "write",
	idempotent: true,
	params: closed({ id: Id, name: Line(100) }),
	result: Passkey,
	errors: ["not_found"],
	route: { method: "PATCH", path: "/v1/me/passkeys/:id", access: "customer" },
});

export const removePasskey = contract({
	name: "user.removePasskey",
	summary: "Takes a passkey away; it opens no session any more",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found"],
	route: { method: "DELETE", path: "/v1/me/passkeys/:id", access: "customer", status: 204 },
});

export const passkeySignInOptions = contract({
	name: "user.passkeySignInOptions",
	summary: "What a browser needs to sign in with any passkey of this shop; holds for five minutes",
	kind: "read",
	params: closed({}),
	result: RequestOptions,
	errors: [],
	route: { method: "POST", path: "/v1/auth/passkeys/options", access: "anyone", limit: { requests: 60, seconds: 60 } },
});

export const passkeySignIn = contract({
	name: "user.passkeySignIn",
	summary: "Opens a session by a passkey; as its device verified the person, no further factor is asked for",
	kind: "write",
	params: closed({ credential: Assertion }),
	result: Session,
	errors: ["passkey_refused"],
	route: { method: "POST", path: "/v1/auth/passkeys/verify", access: "anyone", limit: guarded },
});
