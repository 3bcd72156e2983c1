import { service } from "../../runtime/service.ts";
import list from "./actions/list.ts";
import mine from "./actions/mine.ts";
import notify from "./actions/notify.ts";
import getPreferences from "./actions/preferences.ts";
import resend from "./actions/resend.ts";
import setPreferences from "./actions/set-preferences.ts";
import webhook from "./actions/webhook.ts";
import messageReported from "./events/message-reported.ts";
import claimOrdered from "./events/order-claimed.ts";
import queued from "./events/queued.ts";
import { notifications, preferences, reports } from "./model.ts";
import personalData from "./personal-data.ts";
import { closeProviders, openProviders } from "./providers/index.ts";
import { startSweep, stopSweep } from "./sweep.ts";

/** Mails by SMTP and messages by Twilio, each once. */
export default service({
	name: "notification",
	actions: [notify, mine, getPreferences, setPreferences, list, resend, webhook, ...personalData.actions],
	consumers: [queued, messageReported, claimOrdered],
	collections: [notifications, preferences, reports],
	start() {
		openProviders();
		startSweep();
	},
	async stop() {
		await stopSweep();
		closeProviders();
	},
});
