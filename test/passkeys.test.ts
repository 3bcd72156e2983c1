import { randomBytes, randomUUID } from "node:crypto";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import type { Answer } from "../bin/rest.ts";
import { Authenticator, type Ceremony, cbor } from "./authenticator.ts";
import { as, type Problem, until } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);

const PASSWORD = "a long enough secret";
interface Person {
	accessToken: string;
	email: string;
	userId: string;
}
interface Passkey {
	id: string;
	name: string;
	lastUsedAt: string | null;
}

const post = (path: string, body: unknown, accessToken = "") =>
	shop().client.request<Problem>("POST", path, { body, accessToken });
const here = (challenge: string): Ceremony => ({
	challenge,
	origin: shop().url.replace("127.0.0.1", "localhost"),
	rpId: "localhost",
});

async function person(): Promise<Person> {
	const email = `${randomUUID()}@example.com`;
	const body = { email, password: PASSWORD, name: "Ada" };
	const answer = as<{ accessToken: string; user: { id: string } }>(201, await post("/v1/auth/register", body));
	return { accessToken: answer.accessToken, email, userId: answer.user.id };
}

interface Creation {
	challenge: string;
	rp: { id: string };
	user: { id: string; name: string };
	excludeCredentials: { id: string }[];
	authenticatorSelection: object;
}
const creation = async ({ accessToken }: Person) =>
	as<Creation>(200, await post("/v1/me/passkeys/options", { password: PASSWORD }, accessToken));
const question = async () =>
	as<{ challenge: string }>(200, await post("/v1/auth/passkeys/options", {})) as { challenge: string };

/** An authenticator with a passkey of this person. */
async function enrolled(who: Person, authenticator = new Authenticator()) {
	const options = await creation(who);
	const credential = authenticator.create(options.user.id, here(options.challenge));
	const answer = await post("/v1/me/passkeys", { name: "Phone", credential }, who.accessToken);
	return { authenticator, passkey: as<Passkey>(201, answer) };
}

const signIn = (credential: object) => post("/v1/auth/passkeys/verify", { credential });
const refused = (t: ExecutionContext, answer: Answer<Problem>, what?: string) =>
	t.is(as<Problem>(401, answer).code, "passkey_refused", what);

// One after another: each hashes passwords, and too many at once are refused.
test.serial("a passkey opens a session without a password", async (t) => {
	const who = await person();
	const options = await creation(who);
	t.is(Buffer.from(options.user.id, "base64url").toString(), who.userId);
	t.like(options, { rp: { id: "localhost" }, authenticatorSelection: { userVerification: "required" } });
	const { authenticator, passkey } = await enrolled(who);
	t.is(passkey.lastUsedAt, null);
	const { challenge, ...rest } = await question();
	t.deepEqual(rest, { rpId: "localhost", timeout: 300_000, userVerification: "required" } as never);
	const session = as<{ accessToken: string; refreshToken: string; user: { id: string } }>(
		200,
		await signIn(authenticator.get(here(challenge))),
	);
	t.is(session.user.id, who.userId);
	as(200, await shop().client.request("GET", "/v1/me", session));
	as(200, await post("/v1/auth/refresh", { refreshToken: session.refreshToken }));
	const again = await question();
	as(200, await signIn(authenticator.get(here(again.challenge))));
	const listed = as<{ data: Passkey[] }>(200, await shop().client.request("GET", "/v1/me/passkeys", who)).data;
	t.is(listed.length, 1);
	t.truthy(listed[0]?.lastUsedAt);
	t.deepEqual(
		(await creation(who)).excludeCredentials.map(({ id }) => id),
		[authenticator.id.toString("base64url")],
	);
});

test.serial(
	"what a passkey signed elsewhere, for something else, without its person or before is refused alike",
	async (t) => {
		const who = await person();
		const { authenticator } = await enrolled(who);
		const { challenge } = await question();
		const own = (await creation(who)).challenge;
		const { origin } = here(challenge);
		const forged: Record<string, Partial<Ceremony>> = {
			"another origin": { origin: "https://evil.test" },
			"an origin that begins alike": { origin: `${origin}.evil.test` },
			"another port": { origin: "http://localhost:1" },
			"another relying party": { rpId: "evil.test" },
			"a challenge of nobody's": { challenge: randomBytes(54).toString("base64url") },
			"a challenge with one letter changed": { challenge: `${challenge.slice(0, 30)}AA${challenge.slice(32)}` },
			"a challenge for making passkeys": { challenge: own },
			"a registration": { type: "webauthn.create" },
			"nobody present": { flags: 0x00 },
			"a person who was not verified": { flags: 0x01 },
			"a counter that went back": { counter: 1 },
			"a counter that counts no more": { counter: 0 },
		};
		for (const [what, change] of Object.entries(forged))
			refused(t, await signIn(authenticator.get({ ...here(challenge), ...change })), what);
		const good = authenticator.get(here(challenge));
		const signature = Buffer.from(good.response.signature, "base64url");
		signature[signature.length - 1]! ^= 1;
		const bent = { ...good, response: { ...good.response, signature: signature.toString("base64url") } };
		refused(t, await signIn(bent), "another signature");
		as(200, await signIn(good));
		refused(t, await signIn(good), "the same answer again");
		refused(t, await signIn(authenticator.get(here(challenge))), "the same challenge again");
	},
);

test.serial("a passkey of the staff that is refused is in the audit log, of a customer none is", async (t) => {
	const accessToken = await shop().admin();
	const [clerk, customer] = [await person(), await person()];
	const keys = new Map<Person, Authenticator>();
	for (const who of [clerk, customer]) keys.set(who, (await enrolled(who)).authenticator);
	const path = `/v1/admin/users/${clerk.userId}`;
	as(200, await shop().client.request("PATCH", path, { accessToken, body: { role: "administrator" } }));
	for (const [, authenticator] of keys)
		refused(t, await signIn(authenticator.get({ ...here((await question()).challenge), flags: 0x01 })));
	const told = (who: Person) =>
		shop().client.request<{ data: { outcome: string }[] }>(
			"GET",
			`/v1/admin/audit?action=user.passkeySignIn&target=${who.userId}`,
			{ accessToken },
		);
	const entries = await until("the entry", async () => {
		const { data } = as<{ data: { outcome: string }[] }>(200, await told(clerk));
		return data.length > 0 && data;
	});
	t.deepEqual(
		entries.map(({ outcome }) => outcome),
		["passkey_refused"],
	);
	t.deepEqual(as<{ data: object[] }>(200, await told(customer)).data, []);
});

test.serial("nobody signs in with another person's passkey, nor learns who has one", async (t) => {
	const [ada, bob] = [await person(), await person()];
	const hers = (await enrolled(ada)).authenticator;
	const his = (await enrolled(bob)).authenticator;
	const asHer = async (change: (credential: ReturnType<Authenticator["get"]>) => object) =>
		signIn(change(his.get(here((await question()).challenge))));
	const id = hers.id.toString("base64url");
	const { userHandle } = hers;
	const unknown = Buffer.from(`usr_${"0".repeat(32)}`).toString("base64url");
	const with_ =
		(handle: string | null, named = {}) =>
		(one: ReturnType<Authenticator["get"]>) => ({
			...one,
			...named,
			response: { ...one.response, userHandle: handle },
		});
	const answers = [
		await asHer(with_(userHandle)),
		await asHer(with_(userHandle, { id, rawId: id })),
		await asHer(with_(unknown)),
		await asHer(with_(Buffer.from("{}").toString("base64url"))),
		await asHer(with_(null)),
	];
	for (const answer of answers) {
		refused(t, answer);
		t.deepEqual({ ...answer.body, requestId: "" }, { ...answers[0]?.body, requestId: "" });
	}
	// One with her passkey's name, made for his account.
	const options = await creation(bob);
	const copy = new Authenticator(hers.id).create(options.user.id, here(options.challenge));
	refused(t, await post("/v1/me/passkeys", { name: "Copy", credential: copy }, bob.accessToken));
	const mine = await creation(ada);
	const stolen = new Authenticator().create(mine.user.id, here(mine.challenge));
	refused(t, await post("/v1/me/passkeys", { name: "Stolen", credential: stolen }, bob.accessToken), "her challenge");
});

test.serial("a passkey is kept only as this shop asked for it", async (t) => {
	const who = await person();
	const add = (credential: object) => post("/v1/me/passkeys", { name: "P", credential }, who.accessToken);
	const { challenge, user } = await creation(who);
	const make = (change: Partial<Ceremony>) => new Authenticator().create(user.id, { ...here(challenge), ...change });
	const signInsChallenge = (await question()).challenge;
	const forged: Record<string, Partial<Ceremony>> = {
		"another origin": { origin: "https://evil.test" },
		"another relying party": { rpId: "evil.test" },
		"a challenge of a sign-in": { challenge: signInsChallenge },
		"an assertion": { type: "webauthn.get" },
		"a person who was not verified": { flags: 0x01 },
	};
	for (const [what, change] of Object.entries(forged)) refused(t, await add(make(change)), what);
	const statement = Buffer.concat([
		Buffer.from([0xa3]),
		...[cbor("alg"), cbor(-7), cbor("sig"), cbor(randomBytes(70)), cbor("x5c"), cbor([Buffer.from("a certificate")])],
	]);
	refused(t, await add(new Authenticator().create(user.id, here(challenge), "packed", statement)), "certificates");
	refused(t, await add({ ...make({}), response: { ...make({}).response, attestationObject: "ow" } }), "broken bytes");
	const good = new Authenticator().create(user.id, here(challenge));
	as(201, await add(good));
	refused(t, await add(make({})), "the same challenge again");
	as<Problem>(401, await post("/v1/me/passkeys/options", { password: "not this one" }, who.accessToken));
	as(422, await add({ ...good, admin: true }));
});

test.serial("a passkey is renamed and taken away by its person alone", async (t) => {
	const [ada, bob] = [await person(), await person()];
	const { authenticator, passkey } = await enrolled(ada);
	const path = `/v1/me/passkeys/${passkey.id}`;
	const { client } = shop();
	const body = { name: "Old phone" };
	as(404, await client.request("PATCH", path, { body, accessToken: bob.accessToken }));
	as(404, await client.request("DELETE", path, { accessToken: bob.accessToken }));
	t.is(as<Passkey>(200, await client.request("PATCH", path, { body, accessToken: ada.accessToken })).name, body.name);
	const second = await enrolled(ada);
	const pages = `/v1/me/passkeys?limit=1`;
	const first = as<{ data: Passkey[]; nextCursor: string }>(200, await client.request("GET", pages, ada));
	const rest = await client.request("GET", `${pages}&cursor=${first.nextCursor}`, ada);
	t.deepEqual(
		[...first.data, ...as<{ data: Passkey[] }>(200, rest).data].map(({ id }) => id),
		[passkey.id, second.passkey.id],
	);
	as(204, await client.request("DELETE", path, { accessToken: ada.accessToken }));
	refused(t, await signIn(authenticator.get(here((await question()).challenge))));
	as(200, await signIn(second.authenticator.get(here((await question()).challenge))));
	await until("the mails that tell of it", async () => {
		const sent = await client.request<{ data: { subject: string | null }[] }>("GET", "/v1/me/notifications", ada);
		const subjects = as<{ data: { subject: string | null }[] }>(200, sent).data.map(({ subject }) => subject);
		return ["added to", "removed from"].every((how) => subjects.includes(`A passkey was ${how} your account`));
	});
});

test.serial("of many answers to one challenge one opens a session, and a disabled account's none", async (t) => {
	const who = await person();
	const { authenticator } = await enrolled(who);
	const { challenge } = await question();
	const answers = await Promise.all(Array.from({ length: 4 }, () => signIn(authenticator.get(here(challenge)))));
	t.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401]);
	const admin = { accessToken: await shop().admin(), body: { disabled: true } };
	as(200, await shop().client.request("PATCH", `/v1/admin/users/${who.userId}`, admin));
	refused(t, await signIn(authenticator.get(here((await question()).challenge))));
});
