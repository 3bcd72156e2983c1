import { service } from "../../runtime/service.ts";
import addAddress from "./actions/add-address.ts";
import addresses from "./actions/addresses.ts";
import administer from "./actions/administer.ts";
import authenticate from "./actions/authenticate.ts";
import contact from "./actions/contact.ts";
import ensureAdministrator from "./actions/ensure-administrator.ts";
import forgotPassword from "./actions/forgot-password.ts";
import login from "./actions/login.ts";
import logout from "./actions/logout.ts";
import me from "./actions/me.ts";
import refresh from "./actions/refresh.ts";
import register from "./actions/register.ts";
import removeAddress from "./actions/remove-address.ts";
import resetPassword from "./actions/reset-password.ts";
import updateAddress from "./actions/update-address.ts";
import updateMe from "./actions/update-me.ts";
import verifyEmail from "./actions/verify-email.ts";
import { mailReset, mailVerification } from "./events/links.ts";
import { addressBooks, attempts, users } from "./model.ts";
import { openKeys } from "./tokens.ts";

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
	],
	consumers: [mailVerification, mailReset],
	collections: [users as never, addressBooks as never, attempts as never],
	start: openKeys,
});
