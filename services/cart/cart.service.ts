import { type ServiceDefinition, service } from "../../runtime/service.ts";
import addItem from "./actions/add-item.ts";
import addPromotion from "./actions/add-promotion.ts";
import beginCheckout from "./actions/begin-checkout.ts";
import claim from "./actions/claim.ts";
import create from "./actions/create.ts";
import createPromotion from "./actions/create-promotion.ts";
import get from "./actions/get.ts";
import listPromotions from "./actions/promotions.ts";
import removeItem from "./actions/remove-item.ts";
import removePromotion from "./actions/remove-promotion.ts";
import reopen from "./actions/reopen.ts";
import setShippingAddress from "./actions/set-shipping-address.ts";
import setShippingRate from "./actions/set-shipping-rate.ts";
import shippingRates from "./actions/shipping-rates.ts";
import updateItem from "./actions/update-item.ts";
import claimOrdered from "./events/order-claimed.ts";
import closeCart from "./events/order-confirmed.ts";
import { carts, forgetCarts, promotions } from "./model.ts";
import personalData from "./personal-data.ts";
import { taxRates } from "./tax.ts";

const cart: ServiceDefinition = service({
	name: "cart",
	actions: [
		create,
		get,
		addItem,
		updateItem,
		removeItem,
		addPromotion,
		removePromotion,
		setShippingAddress,
		shippingRates,
		setShippingRate,
		claim,
		beginCheckout,
		reopen,
		createPromotion,
		listPromotions,
		...personalData.actions,
	],
	consumers: [closeCart, claimOrdered],
	collections: [carts, promotions] as never[],
	start({ settings }) {
		forgetCarts();
		taxRates(settings.TAX_RATES);
	},
});

export default cart;
