import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { hashOf } from "../../../runtime/ids.ts";
import { lookUpOrder } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";

/** Only guests' orders are found so: whoever has an account signs in. */
export default action(lookUpOrder, async (ctx) => {
	const { number, email } = ctx.params;
	const found = await orders.findOne({ claimableBy: hashOf(email.toLowerCase()), number });
	if (!found) throw fail("not_found");
	return present(found);
});
