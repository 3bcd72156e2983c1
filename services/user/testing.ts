import type { TestFn } from "ava";
import { action, type Meta } from "../../runtime/action.ts";
import { newId } from "../../runtime/ids.ts";
import { type ServiceDefinition, service } from "../../runtime/service.ts";
import { type Ending, endings, type TestNode, testNode } from "../../runtime/testing.ts";
import type { Params } from "../../schemas/contract.ts";
import { notify } from "../../schemas/notification.ts";
import { authenticate, login, register, type Session } from "../../schemas/user.ts";
import user from "./user.service.ts";

export const PASSWORD = "correct horse battery";

/** The user service on a node of its own, on NATS_URL and MONGODB_URL or what stands in for them. */
export interface Office extends TestNode {
	/** What notification was asked to send. */
	mails: Params<typeof notify>[];
	/** A registered person with an address of its own. */
	person(name?: string): Promise<Session & { email: string }>;
	/** A further session of theirs. @throws when it waits for a second factor */
	signIn(email: string, password?: string, meta?: Meta): Promise<Session>;
	/** What the gateway would say of the bearer of an access token. @throws invalid_token */
	as(session: Pick<Session, "accessToken">): Promise<Meta>;
	/** The token in the next mail of a kind to an address. */
	mailed(kind: "verify_email" | "reset_password", email: string): Promise<string>;
}

/** @param others services that run beside it, on the same node */
export async function startOffice(
	t: Ending,
	others: ServiceDefinition[] = [],
	environment: Record<string, string> = {},
): Promise<Office> {
	const mails: Office["mails"] = [];
	const waiting = new Set<() => void>();
	const notification = service({
		name: "notification",
		actions: [
			action(notify, ({ params }) => {
				mails.push(params);
				for (const look of waiting) look();
				return { queued: 1 };
			}),
		],
	});
	const started = await testNode(t, [user, notification, ...others], {
		TOKEN_SECRET: "a secret of this test alone, of 32 letters and more",
		PUBLIC_URL: "https://shop.test",
		...environment,
	});
	const { ask } = started;
	return {
		...started,
		mails,
		async person(name = "Ada Lovelace") {
			const email = `${newId("p")}@example.com`;
			return { ...(await ask(register, { email, password: PASSWORD, name })), email };
		},
		async signIn(email, password = PASSWORD, meta = {}) {
			const answer = await ask(login, { email, password }, meta);
			if ("mfaRequired" in answer) throw new Error(`${email} is asked for a second factor`);
			return answer;
		},
		as: async ({ accessToken }) => ask(authenticate, { token: accessToken }),
		mailed: (kind, email) =>
			new Promise((resolve) => {
				const look = () => {
					const at = mails.findIndex((mail) => mail.kind === kind && mail.email === email);
					if (at < 0) return;
					waiting.delete(look);
					const [mail] = mails.splice(at, 1);
					resolve(String(mail?.data.link).split("token=")[1] as string);
				};
				waiting.add(look);
				look();
			}),
	};
}

/** One office for all tests of a file. */
export function withOffice(test: TestFn, open: (office: Office) => unknown): void {
	const ends = endings();
	test.serial.before(async () => {
		await open(await startOffice(ends));
	});
	test.after.always(ends.close);
}
