import test, { type ExecutionContext } from "ava";
import { Secret, TOTP, URI } from "otpauth";
import type { Meta } from "../../runtime/action.ts";
import { eventually, refusal } from "../../runtime/testing.ts";
import { createRole } from "../../schemas/access.ts";
import type { Params } from "../../schemas/contract.ts";
import type { CredentialChange } from "../../schemas/events.ts";
import {
	beginMfa,
	confirmMfa,
	disableMfa,
	mfaState,
	removeMfa,
	renewRecoveryCodes,
	verifyMfa,
} from "../../schemas/mfa.ts";
import {
	administerUser,
	authenticate,
	ensureAdministrator,
	forgotPassword,
	login,
	resetPassword,
	updateMe,
} from "../../schemas/user.ts";
import type { UserState } from "./domain.ts";
import { begunMfa, confirmedMfa, enrolment, shown } from "./mfa.ts";
import { users } from "./model.ts";
import { type Office, PASSWORD, withOffice } from "./testing.ts";

let office: Office;
withOffice(test, (opened) => {
	office = opened;
});

const refused = async (t: ExecutionContext, type: string, promise: Promise<unknown>) =>
	t.like(await t.throwsAsync(promise), { type });

const codeAt = (secret: string, step: number) =>
	TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: step * 30_000 });
const WRONG = "000000";

/** A person whose app and shop share a secret; the step of the time when they began is used up. */
async function guarded() {
	const person = await office.person();
	const meta = await office.as(person);
	const { secret } = await office.ask(beginMfa, { password: PASSWORD }, meta);
	const step = TOTP.counter();
	const { recoveryCodes } = await office.ask(confirmMfa, { code: codeAt(secret, step) }, meta);
	return { ...person, meta, used: codeAt(secret, step), next: codeAt(secret, step + 1), recoveryCodes };
}

/** What a login answers when it waits for the factor. */
async function halfIn(email: string, password = PASSWORD): Promise<string> {
	const answer = await office.ask(login, { email, password });
	if (!("mfaRequired" in answer)) throw new Error("no factor was asked for");
	return answer.mfaToken;
}

const tried = (params: Params<typeof verifyMfa>, meta?: Meta) => office.ask(verifyMfa, params, meta);

test.serial("an app's code follows RFC 6238, and works a step early or late, not two", (t) => {
	const secret = Buffer.from("12345678901234567890");
	const at = new Date(59_000);
	const app = URI.parse(enrolment(secret, "ada@example.com").uri) as TOTP;
	t.is(app.generate({ timestamp: 59_000 }), "287082");
	t.is(app.label, "ada@example.com");
	const begun = begunMfa({ id: "usr_1" } as UserState, secret, at);
	t.false(JSON.stringify(begun).includes(app.secret.base32));
	t.is(confirmedMfa(begun, "287082", [], at).mfa?.step, 1);
	t.is(confirmedMfa(begun, "287082", [], new Date(60_000)).mfa?.step, 1);
	t.is(confirmedMfa(begun, "287082", [], new Date(29_000)).mfa?.step, 1);
	t.throws(() => confirmedMfa(begun, "287082", [], new Date(90_000)));
	const on = confirmedMfa(begun, "287082", ["abcd-efgh-ijkl-mnop"], at);
	for (const again of [at, new Date(60_000)]) t.throws(() => shown(on, { code: "287082" }, again));
	const later = shown(on, { code: app.generate({ timestamp: 120_000 }) }, new Date(120_000));
	t.throws(() => shown(later, { code: app.generate({ timestamp: 90_000 }) }, new Date(120_000)), undefined, "older");
	t.throws(() => shown({ ...on, id: "usr_2" }, { code: app.generate({ timestamp: 90_000 }) }, new Date(90_000)));
	t.deepEqual(shown(on, { recoveryCode: "ABCD efgh IJKL mnop" }, at).mfa?.recoveryCodes, []);
	t.like(
		t.throws(() => confirmedMfa(begun, "287082", [], new Date(59_000 + 900_001))),
		{
			type: "transition_not_allowed",
		},
	);
});

test.serial("a login waits for the second factor once a code has confirmed it", async (t) => {
	const person = await office.person();
	const meta = await office.as(person);
	await refused(t, "invalid_credentials", office.ask(beginMfa, { password: "not this one" }, meta));
	const { secret, uri } = await office.ask(beginMfa, { password: PASSWORD }, meta);
	t.true(uri.startsWith("otpauth://totp/") && uri.includes(secret));
	await office.signIn(person.email);
	t.deepEqual(await office.ask(mfaState, {}, meta), { enabled: false, since: null, recoveryCodesLeft: 0 });
	await refused(t, "invalid_code", office.ask(confirmMfa, { code: WRONG }, meta));
	const step = TOTP.counter();
	const { recoveryCodes } = await office.ask(confirmMfa, { code: codeAt(secret, step) }, meta);
	t.is(new Set(recoveryCodes).size, 10);
	t.like(await office.ask(mfaState, {}, meta), { enabled: true, recoveryCodesLeft: 10 });
	const stored = JSON.stringify(await users.get(person.user.id));
	for (const kept of [secret, ...recoveryCodes]) t.false(stored.includes(kept));
	await refused(t, "transition_not_allowed", office.ask(beginMfa, { password: PASSWORD }, meta));

	const mfaToken = await halfIn(person.email);
	await refused(t, "invalid_token", office.ask(authenticate, { token: mfaToken }));
	await refused(t, "invalid_code", tried({ mfaToken, code: codeAt(secret, step) }));
	await refused(t, "invalid_code", tried({ mfaToken, recoveryCode: "aaaa-aaaa-aaaa-aaaa" }));
	const session = await tried({ mfaToken, code: codeAt(secret, step + 1) });
	t.is((await office.as(session)).userId, person.user.id);
});

test.serial(
	"a code, a recovery code and the token of a login each work once, also when many come at once",
	async (t) => {
		const { email, next, recoveryCodes } = await guarded();
		const tokens = await Promise.all(Array.from({ length: 4 }, () => halfIn(email)));
		const codes = await Promise.allSettled(tokens.map((mfaToken) => tried({ mfaToken, code: next })));
		t.is(codes.filter(({ status }) => status === "fulfilled").length, 1);
		const fresh = await Promise.all(Array.from({ length: 4 }, () => halfIn(email)));
		const same = recoveryCodes[0] as string;
		const recovered = await Promise.allSettled(fresh.map((mfaToken) => tried({ mfaToken, recoveryCode: same })));
		t.is(recovered.filter(({ status }) => status === "fulfilled").length, 1);
		const one = await halfIn(email);
		const different = recoveryCodes.slice(1, 5).map((recoveryCode) => tried({ mfaToken: one, recoveryCode }));
		const opened = await Promise.allSettled(different);
		t.is(opened.filter(({ status }) => status === "fulfilled").length, 1);
		for (const each of opened) if (each.status === "rejected") t.is(each.reason.type, "invalid_token");
		t.is((await users.findOne({ email }))?.mfa?.recoveryCodes.length, 8);
	},
);

test.serial(
	"wrong codes of an account are counted, and the eleventh waits, however often the password was right",
	async (t) => {
		const { email, recoveryCodes, next } = await guarded();
		const from = (clientNetwork: string) => ({ clientNetwork });
		for (let n = 0; n < 10; n++)
			await refused(t, "invalid_code", tried({ mfaToken: await halfIn(email), code: WRONG }, from("10.1.1.1")));
		const mfaToken = await halfIn(email);
		const { code, data } = await refusal(t, tried({ mfaToken, code: next }, from("10.1.1.1")));
		t.is(code, "too_many_requests");
		const { retryAfter } = data as { retryAfter: number };
		t.true(retryAfter > 0 && retryAfter <= 30);
		const recoveryCode = recoveryCodes[0] as string;
		await refused(t, "too_many_requests", tried({ mfaToken, recoveryCode }, from("10.1.1.1")));
		await tried({ mfaToken, code: next }, from("10.1.1.2"));
	},
);

test.serial("the token of a login ends with its password, and is no token of anything else", async (t) => {
	const { email, meta, next, recoveryCodes, accessToken } = await guarded();
	const mfaToken = await halfIn(email);
	const password = "another long one";
	await office.ask(updateMe, { password, currentPassword: PASSWORD }, meta);
	await refused(t, "invalid_token", tried({ mfaToken, code: next }));
	await office.ask(forgotPassword, { email });
	const link = await office.mailed("reset_password", email);
	const [recoveryCode] = recoveryCodes as [string];
	for (const token of [accessToken, link, "x"])
		await refused(t, "invalid_token", tried({ mfaToken: token, recoveryCode }));
	await refused(t, "token_expired", office.ask(resetPassword, { token: mfaToken, password }));
	await tried({ mfaToken: await halfIn(email, password), recoveryCode });
});

test.serial("a password set by mail does not turn the second factor off", async (t) => {
	const { email, accessToken, next } = await guarded();
	await office.ask(forgotPassword, { email });
	await office.ask(resetPassword, {
		token: await office.mailed("reset_password", email),
		password: "another long one",
	});
	await refused(t, "invalid_token", office.ask(authenticate, { token: accessToken }));
	const session = await tried({ mfaToken: await halfIn(email, "another long one"), code: next });
	t.is(session.user.email, email);
});

test.serial("who knows password and factor gets other recovery codes, and turns it off", async (t) => {
	const { email, meta, used, next, recoveryCodes } = await guarded();
	const [first, second] = recoveryCodes as [string, string];
	await refused(t, "invalid_code", office.ask(renewRecoveryCodes, { password: PASSWORD, code: used }, meta));
	await refused(t, "invalid_credentials", office.ask(renewRecoveryCodes, { password: "no", code: next }, meta));
	const renewed = await office.ask(renewRecoveryCodes, { password: PASSWORD, code: next }, meta);
	t.is(renewed.recoveryCodes.filter((code) => recoveryCodes.includes(code)).length, 0);
	for (const recoveryCode of [first, second])
		await refused(t, "invalid_code", office.ask(disableMfa, { password: PASSWORD, recoveryCode }, meta));
	await refused(t, "invalid_credentials", office.ask(disableMfa, { password: "no", recoveryCode: first }, meta));
	const [recoveryCode] = renewed.recoveryCodes as [string];
	await office.ask(disableMfa, { password: PASSWORD, recoveryCode }, meta);
	t.like(await office.ask(mfaState, {}, meta), { enabled: false });
	await office.signIn(email);
	await refused(t, "transition_not_allowed", office.ask(disableMfa, { password: PASSWORD, recoveryCode }, meta));
});

test.serial("who signs in by other means from now on hears of it by mail", async (t) => {
	const { email, meta, next } = await guarded();
	const told = (change: CredentialChange) =>
		eventually(() => office.mails.some((mail) => mail.email === email && mail.data.change === change));
	await told("mfa_enabled");
	const { recoveryCodes } = await office.ask(renewRecoveryCodes, { password: PASSWORD, code: next }, meta);
	await told("recovery_codes_renewed");
	const [first, second] = recoveryCodes as [string, string];
	await tried({ mfaToken: await halfIn(email), recoveryCode: first });
	await told("recovery_code_used");
	const password = "another horse battery";
	await office.ask(updateMe, { password, currentPassword: PASSWORD }, meta);
	await told("password_changed");
	await office.ask(disableMfa, { password, recoveryCode: second }, meta);
	await told("mfa_disabled");
	t.pass();
});

test.serial(
	"staff take the factor off an account that has lost it, but not their own nor a mightier one's",
	async (t) => {
		await office.ask(ensureAdministrator, { email: "chief@shop.test", password: PASSWORD });
		const chief = await office.as(await office.signIn("chief@shop.test"));
		const clerk = await guarded();
		await office.ask(createRole, { name: "support", scopes: ["users:write"] }, chief);
		await office.ask(administerUser, { id: clerk.user.id, role: "support" }, chief);
		const { user, email } = await guarded();
		const { id } = user;
		const support = { ...clerk.meta, scopes: ["users:write"] } as Meta;
		await refused(t, "forbidden", office.ask(removeMfa, { id: clerk.user.id }, support));
		await refused(t, "forbidden", office.ask(removeMfa, { id: chief.userId as string }, support));
		await refused(t, "not_found", office.ask(removeMfa, { id: "usr_00000000000000000000000000000000" }, support));
		await office.ask(removeMfa, { id }, support);
		await refused(t, "transition_not_allowed", office.ask(removeMfa, { id }, support));
		t.deepEqual((await users.get(id)).sessions, []);
		await office.signIn(email);
		await eventually(() => office.mails.some((mail) => mail.email === email && mail.data.change === "mfa_disabled"));
	},
);
