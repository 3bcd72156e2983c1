import { service } from "../../runtime/service.ts";
import addAddress from "./actions/add-address.ts";
import addPasskey from "./actions/add-passkey.ts";
import addresses from "./actions/addresses.ts";
import administer from "./actions/administer.ts";
import authenticate from "./actions/authenticate.ts";
import beginMfa from "./actions/begin-mfa.ts";
import changeEmail from "./actions/change-email.ts";
import confirmMfa from "./actions/confirm-mfa.ts";
import contact from "./actions/contact.ts";
import disableMfa from "./actions/disable-mfa.ts";
import ensureAdministrator from "./actions/ensure-administrator.ts";
import forgotPassword from "./actions/forgot-password.ts";
import jwks from "./actions/jwks.ts";
import login from "./actions/login.ts";
import logout from "./actions/logout.ts";
import me from "./actions/me.ts";
import mfaState from "./actions/mfa-state.ts";
import passkeyOptions from "./actions/passkey-options.ts";
import passkeySignIn from "./actions/passkey-sign-in.ts";
import passkeySignInOptions from "./actions/passkey-sign-in-options.ts";
import passkeys from "./actions/passkeys.ts";
import refresh from "./actions/refresh.ts";
import register from "./actions/register.ts";
import removeAddress from "./actions/remove-address.ts";
import removePasskey from "./actions/remove-passkey.ts";
import renamePasskey from "./actions/rename-passkey.ts";
import renewRecoveryCodes from "./actions/renew-recovery-codes.ts";
import resendVerification from "./actions/resend-verification.ts";
import resetPassword from "./actions/reset-password.ts";
import rotateKeys from "./actions/rotate-keys.ts";
import signingKeys from "./actions/signing-keys.ts";
import updateAddress from "./actions/update-address.ts";
import updateMe from "./actions/update-me.ts";
import verifyEmail from "./actions/verify-email.ts";
import verifyMfa from "./actions/verify-mfa.ts";
import { mailEmailChange, mailReset, mailVerification, mailVerificationAgain } from "./events/links.ts";
import { addressBooks, attempts, keyRings, users } from "./model.ts";
import { closeKeys, openKeys } from "./tokens.ts";

export default service({
	name: "user",
	actions: [
		register,
		login,
		refresh,
		logout,
		verifyEmail,
		resendVerification,
		forgotPassword,
		resetPassword,
		me,
		updateMe,
		changeEmail,
		addresses,
		addAddress,
		updateAddress,
		removeAddress,
		authenticate,
		contact,
		administer,
		ensureAdministrator,
		verifyMfa,
		mfaState,
		beginMfa,
		confirmMfa,
		disableMfa,
		renewRecoveryCodes,
		passkeyOptions,
		addPasskey,
		passkeys,
		renamePasskey,
		removePasskey,
		passkeySignInOptions,
		passkeySignIn,
		jwks,
		signingKeys,
		rotateKeys,
	],
	consumers: [mailVerification, mailVerificationAgain, mailEmailChange, mailReset],
	collections: [users as never, addressBooks as never, attempts as never, keyRings as never],
	start: openKeys,
	stop: closeKeys,
});
