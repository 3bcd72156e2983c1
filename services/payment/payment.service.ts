import { service } from "../../runtime/service.ts";
import authorize from "./actions/authorize.ts";
import capture from "./actions/capture.ts";
import get from "./actions/get.ts";
import ledger from "./actions/ledger.ts";
import audit from "./actions/reconcile-audit.ts";
import facts from "./actions/reconcile-facts.ts";
import refund from "./actions/refund.ts";
import resume from "./actions/resume.ts";
import voidPayment from "./actions/void.ts";
import webhook from "./actions/webhook.ts";
import claimOrdered from "./events/order-claimed.ts";
import webhookReceived from "./events/webhook-received.ts";
import { forgetAll, payments, webhooks } from "./model.ts";
import personalData from "./personal-data.ts";
import { closeProviders, openProviders } from "./providers/index.ts";

/** Payments at Stripe and PayPal, each with its refunds and its double-entry ledger. */
export default service({
	name: "payment",
	actions: [
		authorize,
		resume,
		capture,
		voidPayment,
		refund,
		get,
		ledger,
		webhook,
		facts,
		audit,
		...personalData.actions,
	],
	consumers: [webhookReceived, claimOrdered],
	collections: [payments, webhooks],
	start() {
		forgetAll();
		openProviders();
	},
	stop: closeProviders,
});
