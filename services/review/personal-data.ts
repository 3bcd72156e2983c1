import { held, personalDataOf } from "../../runtime/personal-data.ts";
import type { ReviewState } from "./domain.ts";
import { DELETED, withoutAuthor, withoutComments, withoutReports } from "./erasure.ts";
import { purchases, reviews, votes } from "./model.ts";
import { present } from "./present.ts";
import { anonymous } from "./votes.ts";

const own =
	({ userId }: { userId: string }) =>
	(entry: { userId: string }) =>
		entry.userId === userId;

/** What is held on a person here: what they wrote, reported, voted and were brought. Ratings and removals know products. */
export default personalDataOf(
	"review",
	[
		held({
			name: "reviews",
			of: reviews,
			whose: ({ userId }) => ({ userId }),
			shown: ({ comments: _comments, ...review }: ReviewState) => present({ ...review, comments: [] }),
			forgotten: withoutAuthor,
		}),
		held({
			name: "comments",
			of: reviews,
			whose: ({ userId }) => ({ "comments.userId": userId }),
			shown: ({ id, comments }, person) => ({
				reviewId: id,
				comments: comments.filter(own(person)).map(({ userId: _, ...comment }) => comment),
			}),
			forgotten: withoutComments,
		}),
		held({
			name: "reports",
			of: reviews,
			whose: ({ userId }) => ({ "reports.userId": userId }),
			shown: ({ id, reports }, person) => ({
				reviewId: id,
				reports: reports.filter(own(person)).map(({ reason, at }) => ({ reason, at })),
			}),
			forgotten: withoutReports,
		}),
		held({
			name: "votes",
			of: votes,
			whose: ({ userId }) => ({ userId }),
			shown: ({ reviewId, helpful }) => ({ reviewId, helpful }),
			// Words are kept under ids of nobody's before; what is left comes with the next round.
			forgotten: (vote) => vote,
		}),
		held({
			name: "purchases",
			of: purchases,
			whose: ({ userId }) => ({ userId }),
			shown: ({ productId, orderId }) => ({ productId, orderId }),
			forgotten: () => null,
		}),
	],
	({ userId }) => anonymous(userId, DELETED),
);
