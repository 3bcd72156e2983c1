import { action } from "../../../runtime/action.ts";
import { passkeyOptions } from "../../../schemas/passkey.ts";
import { ownerWith } from "../present-password.ts";
import { creationOptions } from "../webauthn.ts";

export default action(passkeyOptions, async ({ params, meta }) =>
	creationOptions(await ownerWith(params.password, meta), new Date()),
);
