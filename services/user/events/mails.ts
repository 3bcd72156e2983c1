import { type Caller, call } from "../../../runtime/action.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { publicUrl } from "../../../runtime/public-url.ts";
import { emailChangeAsked } from "../../../schemas/email.ts";
import { credentialsChanged, passwordForgotten, userRegistered, verificationAsked } from "../../../schemas/events.ts";
import { notify } from "../../../schemas/notification.ts";
import type { UserState } from "../domain.ts";
import { users } from "../model.ts";
import { linkToken, type Purpose } from "../tokens.ts";

const PAGES = { "verify-email": "verify-email", "change-email": "verify-email", "reset-password": "reset-password" };
const KINDS = {
	"verify-email": "verify_email",
	"change-email": "verify_email",
	"reset-password": "reset_password",
} as const;

/** Every event is told once, a repeated one by the same mail. */
const referenceOf = ({ id }: { id: string }) => id.replaceAll("/", "-");

/** Tokens are made here and nowhere kept: events and outboxes carry none. */
async function mail(from: Caller, user: UserState, purpose: Purpose, reference: string): Promise<void> {
	const link = publicUrl(`/#/${PAGES[purpose]}?token=${await linkToken(purpose, user)}`);
	await call(from, notify, {
		kind: KINDS[purpose],
		reference,
		userId: user.id,
		email: (purpose === "change-email" && user.newEmail) || user.email,
		phone: null,
		data: { name: user.name, link },
	});
}

export const mailVerification = consumer(userRegistered, "mail-verification", async (event, from) => {
	const user = await users.find(event.data.userId);
	if (user && !user.emailVerified) await mail(from, user, "verify-email", user.id);
});

export const mailVerificationAgain = consumer(verificationAsked, "mail-verification-again", async (event, from) => {
	const user = await users.find(event.data.userId);
	if (user && !user.emailVerified) await mail(from, user, "verify-email", referenceOf(event));
});

/** The other address is asked for its proof, and the present one told. */
export const mailEmailChange = consumer(emailChangeAsked, "mail-email-change", async (event, from) => {
	const user = await users.find(event.data.userId);
	if (!user?.newEmail || user.disabled) return;
	const reference = referenceOf(event);
	await mail(from, user, "change-email", reference);
	const { id: userId, email, name } = user;
	await call(from, notify, { kind: "email_change", reference, userId, email, phone: null, data: { name } });
});

export const mailReset = consumer(passwordForgotten, "mail-reset", async (event, from) => {
	const user = await users.find(event.data.userId);
	if (user && !user.disabled) await mail(from, user, "reset-password", referenceOf(event));
});

/** Who did not do it themselves hears of it in time. */
export const mailCredentials = consumer(credentialsChanged, "mail-credentials", async (event, from) => {
	const user = await users.find(event.data.userId);
	if (!user) return;
	const { id: userId, email, name } = user;
	await call(from, notify, {
		kind: "credentials_changed",
		reference: referenceOf(event),
		userId,
		email,
		phone: null,
		data: { name, change: event.data.change, at: event.at },
	});
});
