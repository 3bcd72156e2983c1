import type { CredentialChange } from "../../../schemas/events.ts";
import { type Data, small, type Template, text } from "./content.ts";

const WHAT: Record<CredentialChange, string> = {
	password_changed: "Your password was changed",
	mfa_enabled: "Signing in now asks for a second factor",
	mfa_disabled: "Signing in asks for no second factor any more",
	recovery_codes_renewed: "Your recovery codes were replaced",
	recovery_code_used: "A recovery code was used to sign in",
	passkey_added: "A passkey was added to your account",
	passkey_removed: "A passkey was removed from your account",
};

const what = (data: Data) => WHAT[data.oneOf("change", WHAT)];

export const credentialsChanged: Template = {
	subject: what,
	body: (data) => [
		text(`Hello ${data.optional("name") ?? "there"},`),
		text(`${what(data)}, on ${data.text("at").slice(0, 16).replace("T", " at ")} UTC.`),
		small("If it was not you, set a new password now: that signs everybody out. Then tell the shop."),
	],
};
