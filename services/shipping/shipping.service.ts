import { type ServiceDefinition, service } from "../../runtime/service.ts";
import cancel from "./actions/cancel.ts";
import create from "./actions/create.ts";
import get from "./actions/get.ts";
import label from "./actions/label.ts";
import rate from "./actions/rate.ts";
import rates from "./actions/rates.ts";
import track from "./actions/track.ts";
import trackingEvents from "./actions/tracking-events.ts";
import webhook from "./actions/webhook.ts";
import buyLabel from "./events/buy-label.ts";
import tellBuyer from "./events/notify.ts";
import claimOrdered from "./events/order-claimed.ts";
import followParcel from "./events/parcel-reported.ts";
import { cancellations, quotes, shipments, webhooks } from "./model.ts";
import personalData from "./personal-data.ts";
import { forgetQuotes } from "./quote.ts";
import { shipFrom } from "./ship-from.ts";
import { startSweep, stopSweep } from "./sweep.ts";

const shipping: ServiceDefinition = service({
	name: "shipping",
	actions: [rates, rate, create, cancel, get, track, trackingEvents, label, webhook, ...personalData.actions],
	consumers: [buyLabel, tellBuyer, followParcel, claimOrdered],
	collections: [shipments, cancellations, quotes, webhooks] as never[],
	start({ settings }) {
		shipFrom(settings.SHIP_FROM);
		forgetQuotes();
		startSweep();
	},
	stop: stopSweep,
});

export default shipping;
