import type { Caller } from "../../runtime/action.ts";
import { service } from "../../runtime/service.ts";
import addAddress from "./actions/add-address.ts";
import addresses from "./actions/addresses.ts";
import administer from "./actions/administer.ts";
import authenticate from "./actions/authenticate.ts";
import contact from "./actions/contact.ts";
import ensureAdministrator from "./actions/ensure-administrator.ts";
import eraseMe from "./actions/erase-me.ts";
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
import { erasing } from "./erase.ts";
import erase from "./events/erase.ts";
import { mailReset, mailVerification } from "./events/links.ts";
import { addressBooks, attempts, erasures, users } from "./model.ts";
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
		eraseMe,
		...personalData.actions,
	],
	consumers: [mailVerification, mailReset, erase],
	collections: [users as never, addressBooks as never, attempts as never, erasures as never],
	start({ broker }) {
		openKeys();
		goingOn = erasing(broker as unknown as Caller);
	},
	stop: () => goingOn?.stop(),
});
