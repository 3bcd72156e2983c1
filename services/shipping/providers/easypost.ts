import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type EasyPostModule from "@easypost/api";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import type { Address } from "../../../schemas/common.ts";
import { type Carriers, type Label, type Offer, Refused } from "./carriers.ts";
import { customsOf } from "./customs.ts";
import { minorUnits } from "./decimals.ts";

// The package's types are those of its CommonJS form; what Node imports is the ES module.
type Client = InstanceType<typeof EasyPostModule.default>;

/** Milliseconds until a question ends: buyers wait for rates, nobody for a label. */
const PATIENCE = { rates: 3_000, label: 10_000 };

/** What the SDK lets its middleware change: a request of superagent. */
interface Question {
	timeout(limits: { deadline: number }): Question;
	agent(agent: HttpAgent | HttpsAgent): Question;
}

const clients = new Map<string, Promise<Client>>();

/** A client of its own for each patience: the SDK's own `timeout` option has no effect (its `_request` does not use it). */
function client(patience: keyof typeof PATIENCE): Promise<Client> {
	const key = setting("EASYPOST_API_KEY");
	if (!key) throw fail("unavailable", {}, "EASYPOST_API_KEY is not set");
	const url = setting("EASYPOST_API_URL");
	const name = `${patience} ${key} ${url}`;
	let made = clients.get(name);
	if (!made) {
		// The SDK opens a connection for every question otherwise.
		const agent = url.startsWith("http:") ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
		made = import("@easypost/api").then((module) => {
			const EasyPost = module.default as unknown as typeof EasyPostModule.default;
			return new EasyPost(key, {
				...(url ? { baseUrl: `${url.replace(/\/(v2\/?)?$/, "")}/v2/` } : {}),
				requestMiddleware: ((request: Question) =>
					request.timeout({ deadline: PATIENCE[patience] }).agent(agent)) as never,
			});
		});
		clients.set(name, made);
	}
	return made;
}

/** EasyPost with FedEx and UPS: https://docs.easypost.com */
export const easypost: Carriers = {
	async rates(from, to, ounces) {
		const { Shipment } = await client("rates");
		// The street does not change the price, so nobody's street is told before something is sent.
		const place = { city: to.city, state: to.state, zip: to.postalCode, country: to.country };
		const shipment = await asked(() =>
			Shipment.create({ to_address: place, from_address: addressOf(from), parcel: { weight: ounces } } as never),
		);
		return offersOf(shipment);
	},

	async problems(address) {
		const { Address } = await client("rates");
		const { verifications } = await asked(() => Address.create({ ...addressOf(address), verify: true } as never));
		return (verifications?.delivery?.errors ?? []).map(({ message }) => String(message));
	},

	async prepare({ reference, from, to, email, ounces, contents }) {
		const { Shipment } = await client("label");
		const abroad = from.country !== to.country;
		const shipment = await asked(() =>
			Shipment.create({
				reference,
				to_address: { ...addressOf(to), email },
				from_address: addressOf(from),
				parcel: { weight: ounces },
				...(abroad ? { customs_info: customsOf(from, contents) } : {}),
			} as never),
		);
		const messages = (shipment.messages ?? []) as unknown as { carrier: string; message: string }[];
		return {
			id: shipment.id,
			offers: offersOf(shipment),
			reasons: messages.map(({ carrier, message }) => `${carrier}: ${message}`),
		};
	},

	async buy(shipmentId, offerId) {
		const { Shipment } = await client("label");
		try {
			return labelOf(await asked(() => Shipment.buy(shipmentId, offerId)));
		} catch (error) {
			if (!(error instanceof Refused) || error.code !== "SHIPMENT.POSTAGE.EXISTS") throw error;
			return labelOf(await asked(() => Shipment.retrieve(shipmentId)));
		}
	},

	async refund(shipmentId) {
		const { Shipment } = await client("label");
		try {
			await asked(() => Shipment.refund(shipmentId));
			return "refunded";
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			const { tracking_code, refund_status } = await asked(() => Shipment.retrieve(shipmentId));
			if (!tracking_code) return "unbought";
			return refund_status === "submitted" || refund_status === "refunded" ? "refunded" : "moving";
		}
	},
};

/** Runs a question of the SDK and sorts its errors: a definite no is `Refused`. */
async function asked<R extends { id: string }>(ask: () => Promise<R>): Promise<R> {
	try {
		const answer = await ask();
		if (typeof answer?.id !== "string") throw new Error("EasyPost's answer is not usable");
		return answer;
	} catch (error) {
		const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
		if (statusCode === 400 || statusCode === 404 || statusCode === 422) throw new Refused(code ?? "", message);
		throw error;
	}
}

const addressOf = (address: Address) => ({
	name: address.name,
	company: address.company,
	street1: address.line1,
	street2: address.line2,
	city: address.city,
	state: address.state,
	zip: address.postalCode,
	country: address.country,
	phone: address.phone,
});

interface EasyPostRate {
	id: string;
	carrier: string;
	service: string;
	rate: string;
	currency: string;
	delivery_date: string | null;
	delivery_days: number | null;
	delivery_date_guaranteed: boolean;
}

function offersOf({ rates }: { rates: unknown }): Offer[] {
	if (!Array.isArray(rates)) throw new Error("EasyPost's answer has no rates");
	return (rates as EasyPostRate[])
		.filter(({ carrier }) => /^(fedex|ups)/i.test(carrier))
		.map((rate) => ({
			id: rate.id,
			carrier: rate.carrier,
			service: rate.service,
			price: { amount: minorUnits(rate.rate, rate.currency), currency: rate.currency },
			...deliveryOf(rate),
		}))
		.sort((a, b) => a.price.amount - b.price.amount);
}

function deliveryOf({ delivery_date, delivery_days }: EasyPostRate) {
	const date = delivery_date
		? new Date(delivery_date).toISOString()
		: delivery_days
			? new Date(Date.now() + delivery_days * 86_400_000).toISOString()
			: null;
	return { minDeliveryDate: date, maxDeliveryDate: date };
}

function labelOf(shipment: {
	tracking_code: string;
	selected_rate: { carrier: string; service: string };
	postage_label: { label_url: string };
}): Label {
	const { tracking_code, selected_rate, postage_label } = shipment;
	if (!tracking_code || !selected_rate || !postage_label) throw new Error("EasyPost's shipment has no label");
	return {
		carrier: selected_rate.carrier,
		service: selected_rate.service,
		trackingNumber: tracking_code,
		labelUrl: postage_label.label_url,
	};
}
