import { type Delivered, reported } from "./domain.ts";
import { notifications } from "./model.ts";

/** Notes what Twilio told of a message. @returns false when no notification has it */
export async function tell(providerId: string, status: Delivered, error: string | null): Promise<boolean> {
	const found = await notifications.findOne({ providerId });
	if (!found) return false;
	if (reported(found, status, error) !== found)
		await notifications.change(found.id, (state) => ({ state: reported(state, status, error) }));
	return true;
}
