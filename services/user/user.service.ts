import type { Caller } from "../../runtime/action.ts";
import { service } from "../../runtime/service.ts";
import addAddress from "./actions/add-address.ts";
import addresses from "./actions/addresses.ts";
import administer from "./actions/administer.ts";
import appendAudit from "./actions/append-audit.ts";
import authenticate from "./actions/authenticate.ts";
import authenticateKey from "./actions/authenticate-key.ts";
import contact from "./actions/contact.ts";
import createApiKey from "./actions/create-api-key.ts";
import createRole from "./actions/create-role.ts";
import ensureAdministrator from "./actions/ensure-administrator.ts";
import eraseMe from "./actions/erase-me.ts";
import forgotPassword from "./actions/forgot-password.ts";
import getRole from "./actions/get-role.ts";
import getUser from "./actions/get-user.ts";
import listApiKeys from "./actions/list-api-keys.ts";
import listAudit from "./actions/list-audit.ts";
import listRoles from "./actions/list-roles.ts";
import listUsers from "./actions/list-users.ts";
import login from "./actions/login.ts";
import logout from "./actions/logout.ts";
import me from "./actions/me.ts";
import refresh from "./actions/refresh.ts";
import register from "./actions/register.ts";
import removeAddress from "./actions/remove-address.ts";
import removeRole from "./actions/remove-role.ts";
import resetPassword from "./actions/reset-password.ts";
import revokeApiKey from "./actions/revoke-api-key.ts";
import updateAddress from "./actions/update-address.ts";
import updateMe from "./actions/update-me.ts";
import updateRole from "./actions/update-role.ts";
import verifyEmail from "./actions/verify-email.ts";
import { erasing } from "./erase.ts";
import erase from "./events/erase.ts";
import { mailReset, mailVerification } from "./events/links.ts";
import {
	addressBooks,
	administratorsLeaving,
	apiKeys,
	attempts,
	auditEntries,
	erasures,
	roles,
	users,
} from "./model.ts";
import personalData from "./personal-data.ts";
import { openKeys } from "./tokens.ts";

let goingOn: ReturnType<typeof erasing> | undefined;

export default service({
	name: "user",
	actions: [
		register,
		login,
		refresh,
		logout,
		verifyEmail,
		forgotPassword,
		resetPassword,
		me,
		updateMe,
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
		eraseMe,
		...personalData.actions,
	],
	consumers: [mailVerification, mailReset, erase],
	collections: [
		users,
		addressBooks,
		attempts,
		roles,
		apiKeys,
		administratorsLeaving,
		auditEntries,
		erasures,
	] as never[],
	start({ broker }) {
		openKeys();
		goingOn = erasing(broker as unknown as Caller);
	},
	stop: () => goingOn?.stop(),
});
