import Type from "typebox";
import { closed, Nothing, nullable, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

/** A public key that signs tokens, as RFC 7517 and RFC 8037 have it. */
export const Jwk = closed({
	kty: Type.Enum(["OKP"]),
	crv: Type.Enum(["Ed25519"]),
	x: Type.String({ description: "The public key, base64url" }),
	kid: Type.String(),
	alg: Type.Enum(["EdDSA"]),
	use: Type.Enum(["sig"]),
});

export const jwks = contract({
	name: "user.jwks",
	summary: "The public keys of access tokens, a JWK Set; ask again for a `kid` that is not among them",
	kind: "read",
	params: closed({}),
	result: closed({ keys: Type.Array(Jwk) }),
	errors: [],
	route: { method: "GET", path: "/.well-known/jwks.json", access: "anyone", cache: 60 },
});

export const signingKeys = contract({
	name: "user.signingKeys",
	summary: "The keys that sign tokens, for operators: the oldest first",
	kind: "read",
	callers: ["operator"],
	params: closed({}),
	result: closed({
		data: Type.Array(closed({ kid: Type.String(), createdAt: Timestamp, retiredAt: nullable(Timestamp) })),
	}),
	errors: [],
});

export const rotateKeys = contract({
	name: "user.rotateKeys",
	summary:
		"Another key signs tokens from now on; with `revoke` what the former ones signed is refused, within seconds on every node",
	kind: "write",
	callers: ["operator"],
	params: closed({ revoke: Type.Boolean() }),
	result: Nothing,
	errors: [],
});
