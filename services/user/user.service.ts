import type { Caller } from "../../runtime/action.ts";
import { service } from "../../runtime/service.ts";
import addAddress from "./actions/add-address.ts";
import addPasskey from "./actions/add-passkey.ts";
import addresses from "./actions/addresses.ts";
import administer from "./actions/administer.ts";
import appendAudit from "./actions/append-audit.ts";
import authenticate from "./actions/authenticate.ts";
import authenticateKey from "./actions/authenticate-key.ts";
import beginMfa from "./actions/begin-mfa.ts";
import changeEmail from "./actions/change-email.ts";
import confirmMfa from "./actions/confirm-mfa.ts";
import contact from "./actions/contact.ts";
import createApiKey from "./actions/create-api-key.ts";
import createRole from "./actions/create-role.ts";
import disableMfa from "./actions/disable-mfa.ts";
import ensureAdministrator from "./actions/ensure-administrator.ts";
import eraseMe from "./actions/erase-me.ts";
import forgotPassword from "./actions/forgot-password.ts";
import getRole from "./actions/get-role.ts";
import getUser from "./actions/get-user.ts";
import jwks from "./actions/jwks.ts";
import listApiKeys from "./actions/list-api-keys.ts";
import listAudit from "./actions/list-audit.ts";
import listRoles from "./actions/list-roles.ts";
import listUsers from "./actions/list-users.ts";
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
import removeMfa from "./actions/remove-mfa.ts";
import removePasskey from "./actions/remove-passkey.ts";
import removeRole from "./actions/remove-role.ts";
import renamePasskey from "./actions/rename-passkey.ts";
import renewRecoveryCodes from "./actions/renew-recovery-codes.ts";
import resendVerification from "./actions/resend-verification.ts";
import resetPassword from "./actions/reset-password.ts";
import revokeApiKey from "./actions/revoke-api-key.ts";
import rotateKeys from "./actions/rotate-keys.ts";
import signingKeys from "./actions/signing-keys.ts";
import updateAddress from "./actions/update-address.ts";
import updateMe from "./actions/update-me.ts";
import updateRole from "./actions/update-role.ts";
import verifyEmail from "./actions/verify-email.ts";
import verifyMfa from "./actions/verify-mfa.ts";
import { erasing } from "./erase.ts";
import erase from "./events/erase.ts";
import {
	mailCredentials,
	mailEmailChange,
	mailReset,
	mailVerification,
	mailVerificationAgain,
} from "./events/mails.ts";
import {
	addressBooks,
	administratorsLeaving,
	apiKeys,
	attempts,
	auditEntries,
	erasures,
	keyRings,
	roles,
	users,
} from "./model.ts";
import personalData from "./personal-data.ts";
import { closeKeys, openKeys } from "./tokens.ts";

let goingOn: ReturnType<typeof erasing> | undefined;

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
		listUsers,
		getUser,
		listRoles,
		getRole,
		createRole,
		updateRole,
		removeRole,
		listApiKeys,
		createApiKey,
		revokeApiKey,
		authenticateKey,
		appendAudit,
		listAudit,
		verifyMfa,
		mfaState,
		beginMfa,
		confirmMfa,
		disableMfa,
		removeMfa,
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
		eraseMe,
		...personalData.actions,
	],
	consumers: [mailVerification, mailVerificationAgain, mailReset, mailEmailChange, mailCredentials, erase],
	collections: [
		users,
		addressBooks,
		attempts,
		roles,
		apiKeys,
		administratorsLeaving,
		auditEntries,
		erasures,
		keyRings,
	] as never[],
	async start(host) {
		await openKeys(host);
		goingOn = erasing(host.broker as unknown as Caller);
	},
	async stop() {
		await goingOn?.stop();
		await closeKeys();
	},
});
