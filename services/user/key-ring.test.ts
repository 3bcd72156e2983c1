import test, { type ExecutionContext } from "ava";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from "jose";
import { jwks, rotateKeys, signingKeys } from "../../schemas/key.ts";
import { authenticate, verifyEmail } from "../../schemas/user.ts";
import { KeyRing } from "./key-ring.ts";
import { keyRings } from "./model.ts";
import { isOwnKid, type KeyRingState, newSigningKey, rotated, usable } from "./signing-keys.ts";
import { type Office, withOffice } from "./testing.ts";
import { ring } from "./tokens.ts";

let office: Office;
withOffice(test, (opened) => {
	office = opened;
});

const refused = async (t: ExecutionContext, type: string, promise: Promise<unknown>) =>
	t.like(await t.throwsAsync(promise), { type });

/** Another node's view of the same store, and how often it looks. */
function neighbour() {
	const seen = { looks: 0 };
	const store = {
		find: (id: string) => {
			seen.looks++;
			return keyRings.find(id);
		},
		insert: keyRings.insert.bind(keyRings),
		change: keyRings.change.bind(keyRings),
	};
	return Object.assign(new KeyRing(store), { seen });
}

test.serial("of nodes that start at once on an empty store, all sign with one key", async (t) => {
	await keyRings.remove("signing");
	const nodes = Array.from({ length: 8 }, neighbour);
	await Promise.all(nodes.map((node) => node.open()));
	t.is(new Set(nodes.map((node) => node.signing.kid)).size, 1);
	t.is((await keyRings.get("signing")).keys.length, 1);
	await ring.look();
});

test.serial(
	"after a rotation another key signs, what the former one signed is still taken, and other nodes know it by its first token",
	async (t) => {
		const other = neighbour();
		await other.open();
		const person = await office.person();
		const former = decodeProtectedHeader(person.accessToken).kid as string;
		await office.ask(rotateKeys, { revoke: false });
		const next = await office.signIn(person.email);
		const kid = decodeProtectedHeader(next.accessToken).kid as string;
		t.not(kid, former);
		t.is((await office.as(person)).userId, person.user.id);
		t.is((await office.as(next)).userId, person.user.id);
		await office.ask(verifyEmail, { token: await office.mailed("verify_email", person.email) });

		t.is(other.signing.kid, former);
		const looks = other.seen.looks;
		t.deepEqual(
			(await Promise.all([1, 2, 3].map(() => other.find(kid)))).map((key) => key?.kid),
			[kid, kid, kid],
		);
		t.is(other.seen.looks, looks + 1);
		t.is(other.signing.kid, kid);
		const { data } = await office.ask(signingKeys, {});
		t.deepEqual(
			data.slice(-2).map((key) => [key.kid, key.retiredAt === null]),
			[
				[former, false],
				[kid, true],
			],
		);
	},
);

test.serial("made-up key ids never reach the store, and one of long ago reaches it once", async (t) => {
	const node = neighbour();
	await node.open();
	const { looks } = node.seen;
	const real = ring.signing.kid;
	const madeUp = [undefined, null, 7, {}, "", "../../etc/passwd", real.slice(1), `${real}A`, real.toLowerCase()];
	for (const kid of [...madeUp, ...Array.from({ length: 500 }, (_, n) => `${real.slice(0, 28)}${1000 + n}`)])
		t.is(await node.find(kid), null, String(kid));
	t.is(node.seen.looks, looks);
	const { kid } = newSigningKey(new Date());
	t.true(isOwnKid(kid));
	for (let n = 0; n < 50; n++) t.is(await node.find(kid), null);
	t.is(node.seen.looks, looks + 1);
});

test.serial("keys that are revoked end what they signed at once", async (t) => {
	const person = await office.person();
	const link = await office.mailed("verify_email", person.email);
	await office.as(person);
	await office.ask(rotateKeys, { revoke: true });
	await refused(t, "invalid_token", office.ask(authenticate, { token: person.accessToken }));
	await refused(t, "token_expired", office.ask(verifyEmail, { token: link }));
	t.is((await office.ask(signingKeys, {})).data.length, 1);
	t.is((await office.as(await office.signIn(person.email))).userId, person.user.id);
});

test.serial("a retired key signs nothing that is taken, were it in somebody's hands", async (t) => {
	const person = await office.person();
	const former = ring.signing;
	await office.ask(rotateKeys, { revoke: false });
	const forged = (at: number, life: number) =>
		new SignJWT({ ...decodeJwt(person.accessToken), iat: at, exp: at + life })
			.setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: former.kid })
			.sign(former.sign);
	const now = Math.floor(Date.now() / 1_000);
	t.is((await office.ask(authenticate, { token: await forged(now, 300) })).userId, person.user.id);
	const state = await keyRings.get("signing");
	const before = new Date(Date.now() - 3_600_000).toISOString();
	const long = state.keys.map((key) => (key.retiredAt ? { ...key, retiredAt: before } : key));
	await keyRings.change("signing", (ring) => ({ state: { ...ring, keys: long } }));
	await ring.look();
	await refused(t, "invalid_token", office.ask(authenticate, { token: await forged(now, 300) }));
	await refused(t, "invalid_token", office.ask(authenticate, { token: await forged(now - 7_200, 86_400) }));
});

test.serial("a key is forgotten when its last token is over", (t) => {
	const born = new Date("2030-01-01T00:00:00.000Z");
	const later = (hours: number) => new Date(born.getTime() + hours * 3_600_000);
	const first = newSigningKey(born);
	const once = rotated({ id: "signing", rev: 1, keys: [first] }, newSigningKey(later(1)), false, later(1));
	t.is(usable(once, later(24)).length, 2);
	t.is(usable(once, later(26)).length, 1);
	const twice: KeyRingState = rotated(once, newSigningKey(later(26)), false, later(26));
	t.false(twice.keys.some(({ kid }) => kid === first.kid));
	t.is(twice.keys.length, 2);
	const [altered] = twice.keys.map((key) => ({ ...key, sealed: `A${key.sealed.slice(1)}` }));
	t.deepEqual(usable({ keys: [altered!, { ...twice.keys[0]!, kid: twice.keys[1]!.kid }] }, later(26)), []);
});

test.serial("the published keys verify an access token, and hold nothing secret", async (t) => {
	const { accessToken, user } = await office.person();
	const set = await office.ask(jwks, {});
	const { payload } = await jwtVerify(accessToken, createLocalJWKSet(set), { audience: "api" });
	t.is(payload.sub, user.id);
	for (const key of set.keys) t.deepEqual(Object.keys(key).sort(), ["alg", "crv", "kid", "kty", "use", "x"]);
	const stored = JSON.stringify(await keyRings.get("signing"));
	t.false(stored.includes(String(ring.signing.sign.export({ format: "jwk" }).d)));
});
