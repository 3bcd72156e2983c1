import { action } from "../../../runtime/action.ts";
import { shippingRate } from "../../../schemas/shipping.ts";
import { offeredRate } from "../quote.ts";

export default action(shippingRate, ({ params: { rateId, address, grams } }) => offeredRate(rateId, address, grams));
