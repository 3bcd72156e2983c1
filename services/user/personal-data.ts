import { held, personalDataOf } from "../../runtime/personal-data.ts";
import { profile } from "./domain.ts";
import { addressBooks, attempts, users } from "./model.ts";
import { passkeysOf, shownPasskey } from "./passkeys.ts";

/** What is held on a person here. A collection that holds something more gets its entry here, and its row in docs/personal-data.md. */
export default personalDataOf("user", [
	held({
		name: "accounts",
		of: users,
		whose: ({ userId }) => ({ _id: userId }),
		shown: (user) => ({
			...profile(user),
			updatedAt: user.updatedAt,
			sessions: user.sessions.map(({ id, createdAt, expiresAt }) => ({ id, createdAt, expiresAt })),
			passwordLinksAskedAt: user.linksAsked,
			newEmail: user.newEmail ?? null,
			secondFactorSince: user.mfa?.since ?? null,
			passkeys: passkeysOf(user).map(shownPasskey),
		}),
		forgotten: () => null,
	}),
	held({
		name: "addresses",
		of: addressBooks,
		whose: ({ userId }) => ({ _id: userId }),
		shown: ({ addresses }) => ({ addresses }),
		forgotten: () => null,
	}),
	held({
		name: "wrongPasswords",
		of: attempts,
		whose: ({ addressHash }) => (addressHash ? { _id: addressHash } : null),
		shown: ({ clients, expiresAt }) => ({ failures: clients.map(({ failures }) => failures), forgottenAt: expiresAt }),
		forgotten: () => null,
	}),
]);
