import type { Meta } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";
import type { Scope } from "../../schemas/scopes.ts";
import { roles } from "./model.ts";
import { BUILT_IN, type HasRole } from "./roles.ts";

/**
 * What a holder of a role may do at this moment. The role is read each time, from the store where others may write to it: a
 * change counts at once on every node. A role that is gone gives nothing.
 */
export async function scopesOf({ role, roleKey }: HasRole): Promise<readonly Scope[]> {
	const builtIn = BUILT_IN.get(role);
	if (builtIn) return builtIn.scopes;
	const found = await roles.find(role);
	return found && found.key === roleKey ? found.scopes : [];
}

/** A role to be given to an account. @throws role_unknown */
export async function roleNamed(name: string): Promise<Required<HasRole> & { scopes: readonly Scope[] }> {
	const builtIn = BUILT_IN.get(name);
	if (builtIn) return { role: name, roleKey: null, scopes: builtIn.scopes };
	const found = await roles.find(name);
	if (!found) throw fail("role_unknown", { role: name });
	return { role: name, roleKey: found.key, scopes: found.scopes };
}

/** The account in whose name staff or a key asks. @throws unauthenticated */
export function staffOf({ userId, keyOwnerId }: Meta): string {
	const id = userId ?? keyOwnerId;
	if (!id) throw fail("unauthenticated");
	return id;
}

/** What was looked at must still be so when it is changed: an account may have become mightier meanwhile. @throws conflict */
export function refuseOtherRole(now: HasRole, before: HasRole): void {
	if (now.role !== before.role || now.roleKey !== before.roleKey) throw fail("conflict");
}
