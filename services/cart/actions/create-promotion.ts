import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { createPromotion } from "../../../schemas/cart.ts";
import { promotions } from "../model.ts";
import { promotionView } from "../promotion.ts";

export default action(createPromotion, async ({ params }) => {
	const currency = setting("CURRENCY");
	const amount = "amount" in params ? params.amount : null;
	const percentage = "percentage" in params ? params.percentage : null;
	for (const money of [amount, params.minimum])
		if (money && money.currency !== currency) throw fail("currency_not_supported", { supported: [currency] });
	const startsAt = instant(params.startsAt);
	const endsAt = instant(params.endsAt);
	if (startsAt && endsAt && endsAt <= startsAt)
		throw fail("validation_failed", { errors: [{ path: "/endsAt", message: "must be later than startsAt" }] });
	const code = params.code.toUpperCase();
	try {
		const state = await promotions.insert({
			id: newId("prm"),
			code,
			title: params.title ?? code,
			percentage,
			amount: amount?.amount ?? null,
			minimum: params.minimum?.amount ?? null,
			currency,
			startsAt,
			endsAt,
			usageLimit: params.usageLimit ?? null,
			used: 0,
			holds: [],
		});
		return promotionView(state);
	} catch (error) {
		if (error instanceof DuplicateKeyError) throw fail("conflict", { code }, "There is a promotion with this code");
		throw error;
	}
});

const instant = (text: string | undefined): string | null => (text ? new Date(text).toISOString() : null);
