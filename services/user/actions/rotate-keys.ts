import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { log } from "../../../runtime/log.ts";
import { rotateKeys } from "../../../schemas/key.ts";
import { ring } from "../tokens.ts";

export default action(rotateKeys, async ({ params: { revoke } }) => {
	await ring.rotate(revoke);
	log(setting("LOG_LEVEL")).warn({ audit: "keys_rotated", revoke, kid: ring.signing.kid }, "another key signs tokens");
	return null;
});
