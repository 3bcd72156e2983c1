import { action } from "../../../runtime/action.ts";
import { codeOf, fail } from "../../../runtime/errors.ts";
import { refresh } from "../../../schemas/user.ts";
import { record } from "../audit-log.ts";
import { users } from "../model.ts";
import { pairFor } from "../open-session.ts";
import { issueRefreshToken, parseRefreshToken } from "../refresh-tokens.ts";
import { rotate, type Turn } from "../sessions.ts";

export default action(refresh, async (ctx) => {
	const given = parseRefreshToken(ctx.params.refreshToken);
	if (!given) throw fail("invalid_token");
	const { userId, sessionId } = given;
	const next = issueRefreshToken(userId, sessionId, given);
	const last: Pick<Turn, "outcome"> = { outcome: "unknown" };
	const user = await users
		.change(userId, (state) => {
			const turn = rotate(state, given, next, new Date());
			last.outcome = turn.outcome;
			return { state: turn.state };
		})
		.catch((error) => {
			throw codeOf(error) === "not_found" ? fail("invalid_token") : error;
		});
	if (last.outcome === "rotated") return pairFor(user, next);
	if (last.outcome === "reused") {
		await record(ctx.meta, {
			actor: { type: "user", id: userId },
			action: refresh.name,
			target: sessionId,
			outcome: "refresh_token_reused",
			changes: { session: "ended" },
		});
	}
	throw fail("invalid_token");
});
