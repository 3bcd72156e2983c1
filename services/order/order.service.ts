import type { Caller } from "../../runtime/action.ts";
import { service } from "../../runtime/service.ts";
import cancel from "./actions/cancel.ts";
import claim from "./actions/claim.ts";
import events from "./actions/events.ts";
import fulfil from "./actions/fulfil.ts";
import get from "./actions/get.ts";
import list from "./actions/list.ts";
import lookUp from "./actions/look-up.ts";
import mine from "./actions/mine.ts";
import place from "./actions/place.ts";
import reconcile from "./actions/reconcile.ts";
import refund from "./actions/refund.ts";
import resume from "./actions/resume.ts";
import saga from "./actions/saga.ts";
import timeline from "./actions/timeline.ts";
import emailVerified from "./events/email-verified.ts";
import { tellCancelled, tellConfirmed, tellFailed, tellRefunded } from "./events/notify.ts";
import paymentChanged from "./events/payment-changed.ts";
import reconcilePayment from "./events/reconcile.ts";
import { shipConfirmed, shipFulfilment } from "./events/ship.ts";
import shipmentUpdated from "./events/shipment-updated.ts";
import { counters, feeds, orders } from "./model.ts";
import personalData from "./personal-data.ts";
import { reconciler } from "./reconcile/timer.ts";
import { scanner } from "./scan.ts";

let scan: ReturnType<typeof scanner> | undefined;
let reconciling: ReturnType<typeof reconciler> | undefined;

export default service({
	name: "order",
	actions: [
		place,
		get,
		lookUp,
		resume,
		cancel,
		timeline,
		events,
		mine,
		list,
		refund,
		fulfil,
		saga,
		reconcile,
		claim,
		...personalData.actions,
	],
	consumers: [
		shipConfirmed,
		shipFulfilment,
		tellConfirmed,
		tellCancelled,
		tellRefunded,
		tellFailed,
		paymentChanged,
		shipmentUpdated,
		reconcilePayment,
		emailVerified,
	],
	collections: [orders, feeds, counters],
	start({ broker }) {
		scan = scanner(broker as unknown as Caller);
		reconciling = reconciler(broker as unknown as Caller);
	},
	stop: () => Promise.all([scan?.stop(), reconciling?.stop()]).then(() => {}),
});
