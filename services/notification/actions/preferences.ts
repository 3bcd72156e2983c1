import { action } from "../../../runtime/action.ts";
import { getPreferences } from "../../../schemas/notification.ts";
import { preferences } from "../model.ts";
import { requirePerson } from "../person.ts";

/** Messages about one's own parcels are on and advertising is off until a person says otherwise. */
export const DEFAULTS = { sms: true, marketing: false };

export default action(getPreferences, async ({ meta }) => {
	const { sms, marketing } = (await preferences.find(requirePerson(meta))) ?? DEFAULTS;
	return { sms, marketing };
});
