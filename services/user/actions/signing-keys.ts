import { action } from "../../../runtime/action.ts";
import { signingKeys } from "../../../schemas/key.ts";
import { ring } from "../tokens.ts";

export default action(signingKeys, async () => {
	await ring.look();
	return { data: ring.keys.map(({ kid, createdAt, retiredAt }) => ({ kid, createdAt, retiredAt })) };
});
