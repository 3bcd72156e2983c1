import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import test from "ava";
import { decodeJwt, decodeProtectedHeader, exportJWK } from "jose";
import { configure } from "../../runtime/config.ts";
import { authenticate } from "../../schemas/user.ts";
import { type Office, PASSWORD, startOffice } from "./testing.ts";
import { accessToken, openKeys, readAccessToken } from "./tokens.ts";

let office: Office;
const ended: (() => unknown)[] = [];
test.before(async () => {
	office = await startOffice({ teardown: (end) => ended.unshift(end) });
});
test.after.always(async () => {
	for (const end of ended) await end();
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test.serial("an access token that this shop did not sign is refused, whatever it claims", async (t) => {
	const { accessToken: good, user } = await office.person();
	const header = decodeProtectedHeader(good);
	const claims = decodeJwt(good);
	t.deepEqual(header, { alg: "EdDSA", typ: "at+jwt" });
	t.is(claims.sub, user.id);
	t.is((claims.exp as number) - (claims.iat as number), 300);
	for (const claim of ["iss", "aud", "sid", "jti"]) t.truthy(claims[claim], claim);

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
		"a key by address": own({ ...header, jku: "https://evil.test/keys", kid: "../../dev/null" }),
		"HMAC with a guessed key": hmac("HS256", "a secret of this test alone"),
		"one bit flipped": `${head}.${body}.${bits.toString("base64url")}`,
		"another person": `${head}.${part({ ...claims, sub: "usr_1" })}.${signature}`,
		"no token": "abc",
		"a password": PASSWORD,
	};
	for (const [what, token] of Object.entries(forged))
		t.like(await t.throwsAsync(office.ask(authenticate, { token }), undefined, what), { type: "invalid_token" }, what);
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

test.serial("every node derives the same keys from TOKEN_SECRET", async (t) => {
	const token = await accessToken("usr_1", "ses_1");
	openKeys();
	t.like(await readAccessToken(token), { userId: "usr_1", sessionId: "ses_1" });
	configure({ ...office.node.settings, TOKEN_SECRET: "another secret of enough letters for all" });
	openKeys();
	t.like(await t.throwsAsync(readAccessToken(token)), { type: "invalid_token" });
	configure({ ...office.node.settings, TOKEN_SECRET: "" });
	t.throws(openKeys, { message: /TOKEN_SECRET must be set/ });
	configure(office.node.settings);
	openKeys();
});
