import { action } from "../../../runtime/action.ts";
import { passkeySignInOptions } from "../../../schemas/passkey.ts";
import { signInOptions } from "../webauthn.ts";

export default action(passkeySignInOptions, () => signInOptions(new Date()));
