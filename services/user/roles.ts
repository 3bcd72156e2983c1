import { fail } from "../../runtime/errors.ts";
import type { Role } from "../../schemas/access.ts";
import { SCOPES, type Scope } from "../../schemas/scopes.ts";

/** A role that an administrator made; `id` is its name. */
export interface RoleState {
	id: string;
	rev: number;
	/** Tells it from one of the same name that was removed before: an account has this one. */
	key: string;
	description: string;
	scopes: Scope[];
}

/** What an account says of its role. */
export interface HasRole {
	role: string;
	/** Of a role that was made; null for one that is built in. */
	roleKey?: string | null;
}

export const CUSTOMER = "customer";
export const ADMINISTRATOR = "administrator";

/** Roles that are always there, in the order in which they are listed. */
export const BUILT_IN: ReadonlyMap<string, Role> = new Map(
	[
		{ name: CUSTOMER, description: "Buys", scopes: [] },
		{ name: ADMINISTRATOR, description: "May do everything", scopes: [...SCOPES] },
	].map((role) => [role.name, { ...role, builtIn: true, version: 1 }]),
);

export const roleView = ({ id, description, scopes, rev }: RoleState): Role => ({
	name: id,
	description,
	scopes,
	builtIn: false,
	version: rev,
});

/** @throws forbidden for a role that is built in */
export function refuseBuiltIn(name: string): void {
	if (BUILT_IN.has(name)) throw fail("forbidden", {}, `The role ${name} is built in: it cannot be changed`);
}

/** Nobody gives out, takes away or touches rights that they do not hold themselves. @throws forbidden */
export function refuseBeyond(held: readonly string[] | undefined, wanted: readonly Scope[]): void {
	const beyond = wanted.filter((scope) => !held?.includes(scope));
	if (beyond.length > 0) throw fail("forbidden", { scopes: beyond }, `You do not hold ${beyond.join(", ")} yourself`);
}
