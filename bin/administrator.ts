import { type Caller, call } from "../runtime/action.ts";
import { ConfigurationError } from "../runtime/config.ts";
import { codeOf } from "../runtime/errors.ts";
import type { RunningNode } from "../runtime/node.ts";
import type { Result } from "../schemas/contract.ts";
import { ensureAdministrator } from "../schemas/user.ts";

export type Administrator = Result<typeof ensureAdministrator>;

/**
 * Makes the first administrator of a shop that has none, from ADMIN_EMAIL and ADMIN_PASSWORD.
 * @throws ConfigurationError when one of them cannot be taken
 */
export async function firstAdministrator({ broker, settings }: RunningNode): Promise<Administrator> {
	const password = settings.ADMIN_PASSWORD || undefined;
	try {
		return await call(broker as unknown as Caller, ensureAdministrator, {
			email: settings.ADMIN_EMAIL,
			...(password ? { password } : {}),
		});
	} catch (error) {
		const sentence = MISTAKES[codeOf(error) ?? ""];
		if (!sentence) throw error;
		const { errors = [] } = ((error as { data?: unknown }).data ?? {}) as { errors?: { path: string }[] };
		throw new ConfigurationError(errors.some(({ path }) => path === "/email") ? MISTAKES.email : sentence);
	}
}

const PASSWORD = "ADMIN_PASSWORD must have 8 to 128 characters and not be among the most common passwords";
const MISTAKES: Record<string, string> = {
	validation_failed: PASSWORD,
	password_too_common: PASSWORD,
	email: "ADMIN_EMAIL must be a mail address such as admin@example.com",
	email_taken: "ADMIN_EMAIL is the address of a customer's account: set it to another one",
};

/** Prints a password that was made just now; it can be read nowhere else. */
export function announceAdministrator({ email, password }: Administrator): void {
	if (password) console.log(`  Administrator ${email}, password ${password}\n  It is shown only now.\n`);
}
