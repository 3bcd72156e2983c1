import { action } from "../../../runtime/action.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { setPreferences } from "../../../schemas/notification.ts";
import { preferences } from "../model.ts";
import { requirePerson } from "../person.ts";

export default action(setPreferences, async ({ params: { sms, marketing }, meta }) => {
	const id = requirePerson(meta);
	try {
		await preferences.insert({ id, sms, marketing });
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		await preferences.change(id, (state) => ({ state: { ...state, sms, marketing } }));
	}
	return { sms, marketing };
});
