import { type Action, action } from "../../../runtime/action.ts";
import { approveReview, rejectReview } from "../../../schemas/review.ts";
import { moderated } from "../domain.ts";
import { reviews } from "../model.ts";
import { present } from "../present.ts";

const moderate = (contract: typeof approveReview, status: "approved" | "rejected"): Action =>
	action(contract, async ({ params }) =>
		present(await reviews.change(params.id, (review) => moderated(review, status)), true),
	);

export const approve = moderate(approveReview, "approved");
export const reject = moderate(rejectReview, "rejected");
