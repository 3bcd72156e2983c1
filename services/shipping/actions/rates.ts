import { action } from "../../../runtime/action.ts";
import { shippingRates } from "../../../schemas/shipping.ts";
import { quoteFor } from "../quote.ts";

export default action(shippingRates, async ({ params: { address, grams, currency } }) => ({
	data: await quoteFor(address, grams, currency),
}));
