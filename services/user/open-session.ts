import { newId } from "../../runtime/ids.ts";
import type { Session } from "../../schemas/user.ts";
import { profile, type UserState } from "./domain.ts";
import { issueRefreshToken, type RefreshToken } from "./refresh-tokens.ts";
import { withSession } from "./sessions.ts";
import { ACCESS_LIFE, accessToken } from "./tokens.ts";

/** The first refresh token of a session that is about to begin. */
export const beginSession = (userId: string): RefreshToken => issueRefreshToken(userId, newId("ses"));

/** The account with that session in it. */
export function signedIn<U extends Omit<UserState, "rev">>(user: U, token: RefreshToken, now: Date): U {
	const { sessionId: id, family, hash } = token;
	return withSession(user, { id, family, token: hash }, now);
}

/** What a client gets to hold. */
export async function pairFor(user: UserState, token: RefreshToken): Promise<Session> {
	return {
		user: profile(user),
		accessToken: await accessToken(user.id, token.sessionId),
		refreshToken: token.text,
		expiresIn: ACCESS_LIFE,
	};
}
