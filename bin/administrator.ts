import { type Caller, call } from "../runtime/action.ts";
import type { RunningNode } from "../runtime/node.ts";
import type { Result } from "../schemas/contract.ts";
import { ensureAdministrator } from "../schemas/user.ts";

export type Administrator = Result<typeof ensureAdministrator>;

/** Makes the first administrator of a shop that has none, from ADMIN_EMAIL and ADMIN_PASSWORD. */
export function firstAdministrator({ broker, settings }: RunningNode): Promise<Administrator> {
	const password = settings.ADMIN_PASSWORD || undefined;
	return call(broker as unknown as Caller, ensureAdministrator, {
		email: settings.ADMIN_EMAIL,
		...(password ? { password } : {}),
	});
}

/** Prints a password that was made just now; it can be read nowhere else. */
export function announceAdministrator({ email, password }: Administrator): void {
	if (password) console.log(`  Administrator ${email}, password ${password}\n  It is shown only now.\n`);
}
