import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { decodeJwt, decodeProtectedHeader, exportJWK } from "jose";
import { configure } from "../../runtime/config.ts";
import { authenticate } from "../../schemas/user.ts";
import { newSigningKey } from "./signing-keys.ts";
import { type Office, PASSWORD, withOffice } from "./testing.ts";
import { accessToken, readAccessToken, ring } from "./tokens.ts";

let office: Office;
withOffice(test, (opened) => {
	office = opened;
});

/** A server that nobody should ask. */
async function listening(t: ExecutionContext) {
	const trap = { url: "", requests: 0 };
	const server = createServer((_, response) => {
		trap.requests++;
		response.end("{}");
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.teardown(() => server.close());
	trap.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return trap;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test.serial("an access token that this shop did not sign is refused, whatever it claims", async (t) => {
	const { accessToken: good, user } = await office.person();
	const header = decodeProtectedHeader(good);
	const claims = decodeJwt(good);
	t.deepEqual(header, { alg: "EdDSA", typ: "at+jwt", kid: ring.signing.kid });
	t.is(claims.sub, user.id);
	t.is((claims.exp as number) - (claims.iat as number), 300);
	for (const claim of ["iss", "aud", "sid", "jti"]) t.truthy(claims[claim], claim);

	const trap = await listening(t);
	const strange = generateKeyPairSync("ed25519");
	const own = (head: object, body: object = claims) => {
		const data = `${part(head)}.${part(body)}`;
		return `${data}.${signBytes(null, Buffer.from(data), strange.privateKey).toString("base64url")}`;
	};
	const hmac = (alg: string, key: string) => {
		const data = `${part({ ...header, alg })}.${part(claims)}`;
		return `${data}.${createHmac("sha256", key).update(data).digest("base64url")}`;
	};
	const [head, body, signature] = good.split(".") as [string, string, string];
	const bits = Buffer.from(signature, "base64url");
	bits[10]! ^= 4;
	const forged: Record<string, string> = {
		"no algorithm": `${part({ ...header, alg: "none" })}.${body}.`,
		"no signature": `${head}.${body}.`,
		"another key": own(header),
		"a key in the header": own({ ...header, jwk: await exportJWK(strange.publicKey) }),
		"a key by address": own({ ...header, jku: `${trap.url}/keys` }),
		"a certificate by address": own({ ...header, x5u: `${trap.url}/chain`, x5c: ["MIIB"] }),
		"a key by a path": own({ ...header, kid: "../../../../dev/null" }),
		"a key by a query": own({ ...header, kid: "' or '1'='1" }),
		"a key by an object": own({ ...header, kid: { $ne: "" } }),
		"a key id of nobody's": own({ ...header, kid: newSigningKey(new Date()).kid }),
		"no key id": own({ alg: "EdDSA", typ: "at+jwt" }),
		"a rule that must be understood": own({ ...header, crit: ["kid"] }),
		"HMAC with the public key": hmac("HS256", String(ring.signing.verify.export({ format: "jwk" }).x)),
		"HMAC with the public key's PEM": hmac(
			"HS256",
			String(ring.signing.verify.export({ format: "pem", type: "spki" })),
		),
		"HMAC with a guessed key": hmac("HS256", "a secret of this test alone"),
		"one bit flipped": `${head}.${body}.${bits.toString("base64url")}`,
		"another person": `${head}.${part({ ...claims, sub: "usr_1" })}.${signature}`,
		"no token": "abc",
		"a password": PASSWORD,
	};
	for (const [what, token] of Object.entries(forged))
		t.like(await t.throwsAsync(office.ask(authenticate, { token }), undefined, what), { type: "invalid_token" }, what);
	t.is(trap.requests, 0, "an address in a token is never asked");
	t.is((await office.ask(authenticate, { token: good })).userId, user.id);
	t.like(await t.throwsAsync(office.ask(authenticate, { token: await office.mailed("verify_email", user.email) })), {
		type: "invalid_token",
	});

	const { now } = Date;
	t.teardown(() => {
		Date.now = now;
	});
	Date.now = () => now() + 301_000;
	t.like(await t.throwsAsync(office.ask(authenticate, { token: good })), { type: "invalid_token" }, "over");
});

test.serial("every node has the same keys from the store, and none of them under another TOKEN_SECRET", async (t) => {
	const token = await accessToken("usr_1", "ses_1");
	await ring.open();
	t.like(await readAccessToken(token), { userId: "usr_1", sessionId: "ses_1" });
	const { kid } = ring.signing;
	configure({ ...office.node.settings, TOKEN_SECRET: "another secret of enough letters for all" });
	await ring.open();
	t.not(ring.signing.kid, kid);
	t.like(await t.throwsAsync(readAccessToken(token)), { type: "invalid_token" });
	configure({ ...office.node.settings, TOKEN_SECRET: "" });
	await t.throwsAsync(ring.open(), { message: /TOKEN_SECRET must be set/ });
	configure(office.node.settings);
	await ring.open();
	t.is(ring.signing.kid, kid);
	t.like(await readAccessToken(token), { userId: "usr_1" });
});
