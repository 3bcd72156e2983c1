import test, { type ExecutionContext } from "ava";
import { codeOf } from "../../runtime/errors.ts";
import { changeEmail } from "../../schemas/email.ts";
import {
	administerUser,
	authenticate,
	contact,
	ensureAdministrator,
	forgotPassword,
	login,
	logout,
	me,
	refresh,
	register,
	resendVerification,
	resetPassword,
	updateMe,
	verifyEmail,
} from "../../schemas/user.ts";
import { type Office, PASSWORD, withOffice } from "./testing.ts";

let office: Office;
withOffice(test, (opened) => {
	office = opened;
});

const refused = async (t: ExecutionContext, type: string, promise: Promise<unknown>) =>
	t.like(await t.throwsAsync(promise), { type });

test.serial("an account is made once for an address, however it is written", async (t) => {
	const { user, email, expiresIn } = await office.person();
	t.is(user.email, email.toLowerCase());
	t.is(user.role, "customer");
	t.false(user.emailVerified);
	t.is(expiresIn, 300);
	t.false("passwordHash" in user);
	await refused(t, "email_taken", office.ask(register, { email: email.toUpperCase(), password: PASSWORD, name: "B" }));
});

test.serial("of many who take one address at once, one gets it", async (t) => {
	const person = { email: "race@example.com", password: PASSWORD, name: "R" };
	// On a slow machine some are also too many at once, and ask again.
	const asked = (): Promise<unknown> =>
		office.ask(register, person).catch((error) => (codeOf(error) === "unavailable" ? asked() : Promise.reject(error)));
	const all = await Promise.allSettled(Array.from({ length: 5 }, asked));
	t.is(all.filter(({ status }) => status === "fulfilled").length, 1);
	for (const one of all) if (one.status === "rejected") t.is(one.reason.type, "email_taken");
});

test.serial("a common password is refused", async (t) => {
	const person = { email: "common@example.com", name: "C" };
	for (const password of ["12345678", "PassWord1", "qwertyuiop"])
		await refused(t, "password_too_common", office.ask(register, { ...person, password }));
});

test.serial("signing in gives a session, and a wrong password and an unknown address are refused alike", async (t) => {
	const { email, user } = await office.person();
	const session = await office.signIn(email.toUpperCase());
	t.is(session.user.id, user.id);
	t.deepEqual(await office.as(session), {
		userId: user.id,
		sessionId: (await office.as(session)).sessionId as string,
		email,
		emailVerified: false,
		scopes: [],
	});
	const wrong = await t.throwsAsync(office.ask(login, { email, password: "not this one" }));
	const unknown = await t.throwsAsync(office.ask(login, { email: "nobody@example.com", password: "not this one" }));
	t.deepEqual({ ...wrong, stack: "" }, { ...unknown, stack: "" });
	t.is((wrong as { type?: string }).type, "invalid_credentials");
});

test.serial("after a logout the access token and the refresh token are refused, other sessions go on", async (t) => {
	const first = await office.person();
	const second = await office.signIn(first.email);
	await office.ask(logout, {}, await office.as(first));
	await refused(t, "invalid_token", office.ask(authenticate, { token: first.accessToken }));
	await refused(t, "invalid_token", office.ask(refresh, { refreshToken: first.refreshToken }));
	t.is((await office.as(second)).userId, first.user.id);
});

test.serial("a refresh token works once; used again it ends its whole family", async (t) => {
	const first = await office.person();
	const second = await office.ask(refresh, { refreshToken: first.refreshToken });
	const third = await office.ask(refresh, { refreshToken: second.refreshToken });
	t.is((await office.as(third)).userId, first.user.id);
	await refused(t, "invalid_token", office.ask(refresh, { refreshToken: first.refreshToken }));
	await refused(t, "invalid_token", office.ask(refresh, { refreshToken: third.refreshToken }));
	for (const token of [first.accessToken, third.accessToken])
		await refused(t, "invalid_token", office.ask(authenticate, { token }));
});

test.serial("a refresh token that was never given out ends nothing", async (t) => {
	const person = await office.person();
	const bytes = Buffer.from(person.refreshToken, "base64url");
	bytes[40]! ^= 1;
	await refused(t, "invalid_token", office.ask(refresh, { refreshToken: bytes.toString("base64url") }));
	await refused(t, "invalid_token", office.ask(refresh, { refreshToken: person.accessToken }));
	t.is((await office.as(person)).userId, person.user.id);
});

test.serial("of two who use one refresh token at once, at most one gets a pair, and the family is dead", async (t) => {
	const { refreshToken } = await office.person();
	const all = await Promise.allSettled([1, 2].map(() => office.ask(refresh, { refreshToken })));
	const pairs = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
	t.is(pairs.length, 1);
	await refused(t, "invalid_token", office.ask(authenticate, { token: pairs[0]!.accessToken }));
});

test.serial("the mailed link verifies the address once", async (t) => {
	const person = await office.person();
	const token = await office.mailed("verify_email", person.email);
	await refused(t, "token_expired", office.ask(resetPassword, { token, password: "another long one" }));
	await office.ask(verifyEmail, { token });
	t.true((await office.as(person)).emailVerified);
	await refused(t, "token_expired", office.ask(verifyEmail, { token }));
	await refused(t, "token_expired", office.ask(verifyEmail, { token: person.accessToken }));
});

test.serial(
	"another mail verifies the address as well, five times an hour, and none when it is verified",
	async (t) => {
		const person = await office.person();
		const meta = await office.as(person);
		const first = await office.mailed("verify_email", person.email);
		for (let n = 0; n < 5; n++) await office.ask(resendVerification, {}, meta);
		const tokens = await Promise.all(Array.from({ length: 5 }, () => office.mailed("verify_email", person.email)));
		const held = await t.throwsAsync(office.ask(resendVerification, {}, meta));
		t.like(held, { type: "too_many_requests" });
		const { retryAfter } = (held as unknown as { data: { retryAfter: number } }).data;
		t.true(retryAfter > 3_500 && retryAfter <= 3_600);
		await office.ask(verifyEmail, { token: tokens[4] as string });
		for (const token of [first, ...tokens]) await refused(t, "token_expired", office.ask(verifyEmail, { token }));
		await office.ask(resendVerification, {}, meta);
		await office.node.relay.drain(2_000);
		t.is(office.mails.filter((mail) => mail.email === person.email).length, 0);
		await refused(t, "unauthenticated", office.ask(resendVerification, {}));
	},
);

test.serial(
	"another address counts once it is proven; the present one is told, and what was mailed to it is void",
	async (t) => {
		const person = await office.person();
		const meta = await office.as(person);
		const email = `New.${person.email}`;
		await refused(t, "invalid_credentials", office.ask(changeEmail, { email, password: "wrong" }, meta));
		const { email: taken } = await office.person();
		await refused(t, "email_taken", office.ask(changeEmail, { email: taken, password: PASSWORD }, meta));
		await office.ask(forgotPassword, { email: person.email });
		const old = await office.mailed("reset_password", person.email);
		await office.ask(changeEmail, { email, password: PASSWORD }, meta);
		const token = await office.mailed("verify_email", email.toLowerCase());
		await office.node.relay.drain(2_000);
		t.true(office.mails.some((mail) => mail.kind === "email_change" && mail.email === person.email));
		t.is((await office.ask(me, {}, meta)).email, person.email);
		await office.signIn(person.email);
		await office.ask(verifyEmail, { token });
		t.like(await office.ask(me, {}, await office.as(person)), { email: email.toLowerCase(), emailVerified: true });
		await refused(t, "token_expired", office.ask(verifyEmail, { token }));
		await refused(t, "token_expired", office.ask(resetPassword, { token: old, password: "another long one" }));
		await refused(t, "invalid_credentials", office.ask(login, { email: person.email, password: PASSWORD }));
		await office.signIn(email);
	},
);

test.serial("an address that was taken meanwhile, or a password set meanwhile, ends the change", async (t) => {
	const [one, two] = [await office.person(), await office.person()];
	const email = `contested.${one.email}`;
	for (const { email: own, ...session } of [one, two]) {
		await office.ask(changeEmail, { email, password: PASSWORD }, await office.as(session));
		t.truthy(own);
	}
	const tokens = [await office.mailed("verify_email", email), await office.mailed("verify_email", email)];
	const both = await Promise.allSettled(tokens.map((token) => office.ask(verifyEmail, { token })));
	const lost = both.filter((result) => result.status === "rejected");
	t.is(lost.length, 1);
	for (const { reason } of lost) t.is(reason.type, "email_taken");

	const person = await office.person();
	const meta = await office.as(person);
	await office.ask(changeEmail, { email: `late.${person.email}`, password: PASSWORD }, meta);
	const token = await office.mailed("verify_email", `late.${person.email}`);
	await office.ask(updateMe, { password: "another long one", currentPassword: PASSWORD }, meta);
	await refused(t, "token_expired", office.ask(verifyEmail, { token }));
	t.is((await office.ask(me, {}, meta)).email, person.email);
});

test.serial("a forgotten password is set by the mailed link once, and all sessions end", async (t) => {
	const person = await office.person();
	await office.ask(forgotPassword, { email: person.email.toUpperCase() });
	await office.ask(forgotPassword, { email: "nobody@example.com" });
	const token = await office.mailed("reset_password", person.email);
	await refused(t, "password_too_common", office.ask(resetPassword, { token, password: "password1" }));
	await office.ask(resetPassword, { token, password: "another long one" });
	await refused(t, "invalid_token", office.ask(authenticate, { token: person.accessToken }));
	await refused(t, "token_expired", office.ask(resetPassword, { token, password: "a third long one" }));
	await refused(t, "invalid_credentials", office.ask(login, { email: person.email, password: PASSWORD }));
	const session = await office.signIn(person.email, "another long one");
	t.true(session.user.emailVerified);
});

test.serial("every request for a link is a mail of its own, up to five an hour", async (t) => {
	const { email } = await office.person();
	for (let n = 0; n < 7; n++) await office.ask(forgotPassword, { email });
	for (let n = 0; n < 5; n++) await office.mailed("reset_password", email);
	await office.node.relay.drain(2_000);
	t.is(office.mails.filter((mail) => mail.kind === "reset_password" && mail.email === email).length, 0);
});

test.serial("links of one password are void after another was set", async (t) => {
	const { email } = await office.person();
	await office.ask(forgotPassword, { email });
	await office.ask(forgotPassword, { email });
	const tokens = [await office.mailed("reset_password", email), await office.mailed("reset_password", email)];
	await office.ask(resetPassword, { token: tokens[1]!, password: "another long one" });
	await refused(t, "token_expired", office.ask(resetPassword, { token: tokens[0]!, password: "a third long one" }));
});

test.serial("a profile is changed by its person", async (t) => {
	const person = await office.person();
	const meta = await office.as(person);
	const changed = await office.ask(updateMe, { name: "Ada King", phone: "+14155550100" }, meta);
	t.like(changed, { name: "Ada King", phone: "+14155550100" });
	t.true(changed.version > person.user.version);
	t.deepEqual(await office.ask(me, {}, meta), changed);
	t.is((await office.ask(updateMe, { phone: null }, meta)).phone, null);
	t.like(await office.ask(contact, { id: person.user.id }), { name: "Ada King", email: person.email, phone: null });
	await refused(t, "unauthenticated", office.ask(me, {}));
});

test.serial("what is not a person's to set is refused", async (t) => {
	const meta = await office.as(await office.person());
	for (const field of ["role", "emailVerified", "email", "_id", "passwordHash"])
		await refused(t, "validation_failed", office.ask(updateMe, { [field]: "administrator" } as never, meta));
	await refused(t, "validation_failed", office.ask(login, { email: { $ne: "" } as never, password: "x" }));
});

test.serial("another password needs the present one and ends the other sessions", async (t) => {
	const person = await office.person();
	const other = await office.signIn(person.email);
	const meta = await office.as(person);
	const password = "another long one";
	await refused(t, "validation_failed", office.ask(updateMe, { password }, meta));
	await refused(t, "invalid_credentials", office.ask(updateMe, { password, currentPassword: "wrong" }, meta));
	await office.ask(updateMe, { password, currentPassword: PASSWORD }, meta);
	t.is((await office.as(person)).userId, person.user.id);
	await refused(t, "invalid_token", office.ask(authenticate, { token: other.accessToken }));
	await refused(t, "invalid_token", office.ask(refresh, { refreshToken: other.refreshToken }));
	await office.ask(login, { email: person.email, password });
});

test.serial("the first administrator is made once, and disables accounts and changes roles at once", async (t) => {
	const first = await office.ask(ensureAdministrator, { email: "Admin@shop.test" });
	t.true(first.created);
	t.true(String(first.password).length >= 20);
	t.deepEqual(await office.ask(ensureAdministrator, { email: "admin@shop.test" }), {
		created: false,
		email: "admin@shop.test",
		password: null,
	});
	const session = await office.signIn(first.email, first.password as string);
	const meta = await office.as(session);
	t.true(meta.scopes?.includes("refunds:write") && meta.scopes.includes("operations:write"));

	const person = await office.person();
	await office.ask(administerUser, { id: person.user.id, role: "administrator" }, meta);
	t.deepEqual((await office.as(person)).scopes, meta.scopes);
	await office.ask(administerUser, { id: person.user.id, disabled: true }, meta);
	await refused(t, "invalid_token", office.ask(authenticate, { token: person.accessToken }));
	await refused(t, "invalid_credentials", office.ask(login, { email: person.email, password: PASSWORD }));
	await refused(t, "forbidden", office.ask(administerUser, { id: session.user.id, role: "customer" }, meta));
	await refused(t, "not_found", office.ask(administerUser, { id: "usr_1", disabled: true }, meta));
});
