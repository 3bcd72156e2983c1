import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import anyTest, { type TestFn } from "ava";
import { decodeProtectedHeader } from "jose";
import { Secret, TOTP } from "otpauth";
import { verifications } from "../services/user/passwords.ts";
import { as, type Problem, register } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);

const root = join(import.meta.dirname, "..");
const PASSWORD = "a long enough secret";

/** What an operator types beside the running shop. */
const keys = async (...args: string[]) => {
	const { DATA_DIR, NATS_URL, NAMESPACE } = shop().settings;
	const env = { ...process.env, DATA_DIR, NATS_URL, NAMESPACE };
	return (await promisify(execFile)(process.execPath, ["operator/keys.ts", ...args], { cwd: root, env })).stdout;
};

const kids = async () => {
	const answer = await shop().client.request<{ keys: { kid: string }[] }>("GET", "/.well-known/jwks.json");
	return { ...answer, kids: as<{ keys: { kid: string }[] }>(200, answer).keys.map(({ kid }) => kid) };
};

test.serial(
	"the keys of tokens are published for a minute, and an operator's command lets another one sign",
	async (t) => {
		const { client } = shop();
		const before = await kids();
		t.is(before.headers.get("cache-control"), "public, max-age=60");
		const { accessToken } = await register(client);
		const former = decodeProtectedHeader(accessToken).kid as string;
		t.deepEqual(before.kids, [former]);
		t.regex(await keys("rotate"), new RegExp(`${former} .*until`));
		const next = decodeProtectedHeader((await register(client)).accessToken).kid as string;
		t.not(next, former);
		t.deepEqual((await kids()).kids, [former, next]);
		as(200, await client.request("GET", "/v1/me", { accessToken }));
		t.regex(await keys("list"), new RegExp(`${next} .*yes`));
		await keys("rotate", "--revoke");
		t.is(as<Problem>(401, await client.request("GET", "/v1/me", { accessToken })).code, "invalid_token");
		t.is((await kids()).kids.length, 1);
		const wrong = await t.throwsAsync(keys("rotat"));
		t.regex(String((wrong as unknown as { stderr: string }).stderr), /^Usage: npm run keys/);
	},
);

test.serial("with an authenticator app a login is answered by a question, and a code by the session", async (t) => {
	const { client } = shop();
	const email = "totp@example.com";
	const { accessToken } = as<{ accessToken: string }>(
		201,
		await client.request("POST", "/v1/auth/register", { body: { email, password: PASSWORD, name: "T" } }),
	);
	const body = { password: PASSWORD };
	const { secret } = as<{ secret: string }>(201, await client.request("POST", "/v1/me/mfa", { accessToken, body }));
	const step = TOTP.counter();
	const code = (later: number) =>
		TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: (step + later) * 30_000 });
	const confirm = { accessToken, body: { code: code(0) } };
	as(200, await client.request("POST", "/v1/me/mfa/confirm", confirm));
	const login = await client.request("POST", "/v1/auth/login", { body: { email, password: PASSWORD } });
	const { mfaToken, ...rest } = as<{ mfaToken: string }>(200, login);
	t.deepEqual(rest, { mfaRequired: true } as never);
	t.is(as<Problem>(401, await client.request("GET", "/v1/me", { accessToken: mfaToken })).code, "invalid_token");
	for (const bad of [{ mfaToken }, { mfaToken, code: 123456 }, { mfaToken, code: "1", recoveryCode: "a" }])
		as(422, await client.request("POST", "/v1/auth/mfa", { body: bad }));
	const answer = { body: { mfaToken, code: code(1) } };
	const session = as<{ accessToken: string }>(200, await client.request("POST", "/v1/auth/mfa", answer));
	as(200, await client.request("GET", "/v1/me", session));
	t.is(as<Problem>(401, await client.request("POST", "/v1/auth/mfa", answer)).code, "invalid_token");
});

test.serial("neither a login nor a forgotten password tells whether an address has an account", async (t) => {
	const { client } = shop();
	const email = "known@example.com";
	const { accessToken } = as<{ accessToken: string }>(
		201,
		await client.request("POST", "/v1/auth/register", { body: { email, password: PASSWORD, name: "K" } }),
	);
	/** All that an answer shows, and how many passwords it took to verify. */
	const shownBy = async (path: string, body: object) => {
		const before = verifications();
		const answer = await client.request<Partial<Problem>>("POST", path, { body });
		const headers = [...answer.headers].filter(([name]) => !/^(date|x-request-id|ratelimit)$/.test(name));
		const { requestId, ...said } = answer.body;
		return { status: answer.status, headers, said, work: verifications() - before };
	};
	const login = (email: string, password = "not this one") => shownBy("/v1/auth/login", { email, password });
	const known = await login(email);
	t.like(known, { status: 401, work: 1 });
	t.deepEqual(await login("unknown@example.com"), known);
	const { id } = as<{ id: string }>(200, await client.request("GET", "/v1/me", { accessToken }));
	const disabled = { accessToken: await shop().admin(), body: { disabled: true } };
	as(200, await client.request("PATCH", `/v1/admin/users/${id}`, disabled));
	t.deepEqual(await login(email, PASSWORD), known, "disabled");
	t.deepEqual(await login("totp@example.com"), known, "with a second factor");
	const forgot = (email: string) => shownBy("/v1/auth/forgot-password", { email });
	const asked = await forgot("totp@example.com");
	t.like(asked, { status: 204, work: 0 });
	t.deepEqual(await forgot("unknown@example.com"), asked);
	t.deepEqual(await forgot(email), asked, "disabled");
});
