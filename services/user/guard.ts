import { hash } from "node:crypto";
import type { Meta } from "../../runtime/action.ts";
import { codeOf } from "../../runtime/errors.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import { attempted, forgiven, noAttempts } from "./attempts.ts";
import { attempts } from "./model.ts";

const idOf = (email: string) => hash("sha256", email, "hex");
const clientOf = (meta: Meta) => hash("sha256", meta.clientNetwork ?? "", "base64url").slice(0, 22);

/**
 * Counts one try of an account's password, on whichever node.
 * @returns what to do when the password was right
 * @throws too_many_requests after ten wrong ones from a client, or a hundred from all
 */
export async function countAttempt(email: string, meta: Meta): Promise<() => Promise<void>> {
	const id = idOf(email);
	const client = clientOf(meta);
	const state = await counted(id, client);
	return async () => {
		if (state.clients.length === 1) await attempts.remove(id);
		else
			await attempts
				.change(id, (current) => ({ state: forgiven(current, client) }))
				.catch((error) => {
					if (codeOf(error) !== "not_found") throw error;
				});
	};
}

async function counted(id: string, client: string) {
	const decide = (state: Parameters<typeof attempted>[0]) => ({ state: attempted(state, client, Date.now()) });
	for (;;) {
		try {
			return await attempts.change(id, decide);
		} catch (error) {
			if (codeOf(error) !== "not_found") throw error;
		}
		try {
			return await attempts.insert(attempted(noAttempts(id), client, Date.now()));
		} catch (error) {
			if (!(error instanceof DuplicateKeyError)) throw error;
		}
	}
}

/** Counts one try of an account's second factor, apart from its password's. @returns and throws as above */
export const countFactor = (userId: string, meta: Meta) => countAttempt(`factor ${userId}`, meta);

/** Who set a password by mail is no longer held up by others' wrong ones. */
export const forgetAttempts = (email: string): Promise<void> => attempts.remove(idOf(email));
