import { action } from "../../../runtime/action.ts";
import { listPromotions } from "../../../schemas/cart.ts";
import { promotions } from "../model.ts";
import { promotionView } from "../promotion.ts";

export default action(listPromotions, async ({ params }) => {
	const { data, nextCursor } = await promotions.page({}, params);
	return { data: data.map(promotionView), nextCursor };
});
