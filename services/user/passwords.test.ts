import { parseOptions } from "@node-rs/argon2";
import test from "ava";
import fc from "fast-check";
import { codeOf } from "../../runtime/errors.ts";
import { refusal } from "../../runtime/testing.ts";
import { login, resetPassword, updateMe } from "../../schemas/user.ts";
import { ACCOUNT_LIMIT, attempted, CLIENT_LIMIT, forgiven, noAttempts } from "./attempts.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { type Office, PASSWORD, withOffice } from "./testing.ts";

let office: Office;
withOffice(test, (opened) => {
	office = opened;
});

test.serial("a password is kept as argon2id of 19 MiB, two passes and one lane", async (t) => {
	const hash = await hashPassword(PASSWORD);
	t.like(parseOptions(hash), { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
	t.true(hash.startsWith("$argon2id$"));
	t.true(await isPassword(PASSWORD, hash));
	t.false(await isPassword(`${PASSWORD} `, hash));
	t.false(await isPassword(PASSWORD, null));
	t.true(await isPassword("cafe\u0301 au lait", await hashPassword("caf\u00e9 au lait")));
});

test.serial("more sign-ins at once than can be answered in time are refused, the others are served", async (t) => {
	const all = await Promise.allSettled(Array.from({ length: 45 }, () => isPassword(PASSWORD, null)));
	const refused = all.filter((one) => one.status === "rejected");
	t.true(refused.length >= 14, "two are at work and 29 may wait");
	for (const one of refused) t.is(codeOf(one.reason), "unavailable");
	t.false(await isPassword(PASSWORD, null));
});

test.serial("after ten wrong passwords an account waits, longer each time, for this client alone", (t) => {
	let state = noAttempts("a");
	for (let n = 0; n < CLIENT_LIMIT; n++) state = attempted(state, "one", 0);
	const retryAfter = (client: string, now: number) => {
		try {
			state = attempted(state, client, now);
			return 0;
		} catch (error) {
			return (error as { data: { retryAfter: number } }).data.retryAfter;
		}
	};
	t.is(retryAfter("one", 0), 30);
	t.is(retryAfter("two", 0), 0);
	t.is(retryAfter("one", 30_000), 0);
	t.is(retryAfter("one", 30_000), 60);
	for (let n = 1; n <= 20; n++) retryAfter("one", n * 10_000_000);
	t.is(retryAfter("one", 200_000_000), 900);
	t.is(attempted(forgiven(state, "one"), "one", 0).clients.at(-1)?.failures, 1);
});

test.serial("however many clients guess, an account is tried about a hundred times and then once in a while", (t) => {
	fc.assert(
		fc.property(fc.array(fc.nat(300), { minLength: 400, maxLength: 400 }), (clients) => {
			let state = noAttempts("a");
			let tries = 0;
			for (const client of clients) {
				try {
					state = attempted(state, String(client), 0);
					tries++;
				} catch {
					// refused, which is what is counted
				}
			}
			t.true(tries <= ACCOUNT_LIMIT);
			t.true(state.clients.length <= ACCOUNT_LIMIT);
		}),
		{ numRuns: 50 },
	);
});

test.serial(
	"the eleventh wrong password is refused, however many come at once, and for an unknown address alike",
	async (t) => {
		const { email } = await office.person();
		const from = (clientNetwork: string) => ({ clientNetwork });
		for (const address of [email, "nobody@example.com"]) {
			const tried = async (): Promise<string | null> => {
				const attempt = office.ask(login, { email: address, password: "wrong" }, from("10.0.0.1"));
				const code = codeOf(await t.throwsAsync(attempt));
				// On a slow machine fourteen are too many at once; whoever is refused for that has not tried.
				return code === "unavailable" ? tried() : code;
			};
			const answers = await Promise.all(Array.from({ length: 14 }, tried));
			t.is(answers.filter((code) => code === "invalid_credentials").length, 10, address);
			t.is(answers.filter((code) => code === "too_many_requests").length, 4, address);
		}
		const { code, data } = await refusal(t, office.ask(login, { email, password: PASSWORD }, from("10.0.0.1")));
		t.is(code, "too_many_requests");
		const { retryAfter } = data as { retryAfter: number };
		t.true(retryAfter > 0 && retryAfter <= 30);
		const session = await office.signIn(email, PASSWORD, from("10.0.0.2"));
		const meta = { ...(await office.as(session)), clientNetwork: "10.0.0.3" };
		const change = { password: "another long one", currentPassword: "wrong" };
		for (let n = 0; n < 10; n++)
			t.like(await t.throwsAsync(office.ask(updateMe, change, meta)), { type: "invalid_credentials" });
		t.like(await t.throwsAsync(office.ask(updateMe, change, meta)), { type: "too_many_requests" });
		t.like(await t.throwsAsync(office.ask(resetPassword, { token: "guessed", password: "another long one" })), {
			type: "token_expired",
		});
	},
);

test.serial("a right password forgets the wrong ones before it", async (t) => {
	const { email } = await office.person();
	for (let round = 0; round < 2; round++) {
		for (let n = 0; n < 9; n++) await t.throwsAsync(office.ask(login, { email, password: "wrong" }));
		await office.ask(login, { email, password: PASSWORD });
	}
	t.pass();
});
