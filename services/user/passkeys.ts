import type { Static } from "typebox";
import { fail } from "../../runtime/errors.ts";
import type { Passkey } from "../../schemas/passkey.ts";
import type { UserState } from "./domain.ts";

/** A passkey of an account. */
export interface PasskeyState {
	id: string;
	/** As its device names it, base64url. */
	credentialId: string;
	/** COSE, base64url. */
	publicKey: string;
	/** Counts what the device signed; one that counts nothing stays at 0. */
	counter: number;
	name: string;
	backedUp: boolean;
	createdAt: string;
	lastUsedAt: string | null;
}

const MOST_PASSKEYS = 20;

export const passkeysOf = ({ passkeys }: Pick<UserState, "passkeys">): PasskeyState[] => passkeys ?? [];

export const shownPasskey = (passkey: PasskeyState): Static<typeof Passkey> => {
	const { id, name, createdAt, lastUsedAt, backedUp } = passkey;
	return { id, name, createdAt, lastUsedAt, backedUp };
};

/** @throws passkey_refused for one that the account has, quantity_exceeded */
export function withPasskey(user: UserState, passkey: PasskeyState): UserState {
	const before = passkeysOf(user);
	if (before.some(({ credentialId }) => credentialId === passkey.credentialId)) throw fail("passkey_refused");
	if (before.length >= MOST_PASSKEYS) throw fail("quantity_exceeded", { maximum: MOST_PASSKEYS });
	return { ...user, passkeys: [...before, passkey] };
}

/** @throws not_found */
export function renamedPasskey(user: UserState, id: string, name: string): UserState {
	const found = passkeyOf(user, id);
	return { ...user, passkeys: passkeysOf(user).map((one) => (one === found ? { ...one, name } : one)) };
}

/** @throws not_found */
export function withoutPasskey(user: UserState, id: string): UserState {
	const found = passkeyOf(user, id);
	return { ...user, passkeys: passkeysOf(user).filter((one) => one !== found) };
}

/** @throws not_found */
export function passkeyOf(user: UserState, id: string): PasskeyState {
	const found = passkeysOf(user).find((one) => one.id === id);
	if (!found) throw fail("not_found");
	return found;
}

/**
 * The account after its passkey signed in.
 * @throws passkey_refused for one that is gone, and for one whose counter went back: somebody has a copy of it
 */
export function usedPasskey(
	user: UserState,
	id: string,
	{ counter, backedUp }: Pick<PasskeyState, "counter" | "backedUp">,
	now: Date,
): UserState {
	const found = passkeysOf(user).find((one) => one.id === id);
	const counts = counter > 0 || (found?.counter ?? 0) > 0;
	if (!found || (counts && counter <= found.counter)) throw fail("passkey_refused");
	const used = { ...found, counter, backedUp, lastUsedAt: now.toISOString() };
	return { ...user, passkeys: passkeysOf(user).map((one) => (one === found ? used : one)) };
}
