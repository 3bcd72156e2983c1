import { purchases, reviews } from "./model.ts";

export const wasBrought = async (userId: string, productId: string): Promise<boolean> =>
	(await purchases.find(`${userId}-${productId}`)) !== null;

/** Keeps what a person was brought, and marks what they wrote of it before. */
export async function brought(userId: string, productIds: string[], orderId: string): Promise<void> {
	const operations = [...new Set(productIds)].map((productId) => ({
		updateOne: {
			filter: { _id: `${userId}-${productId}` },
			update: { $setOnInsert: { userId, productId, orderId, rev: 1 } },
			upsert: true,
		},
	}));
	if (operations.length === 0) return;
	await purchases.documents.bulkWrite(operations as never, { ordered: false });
	const unmarked = await reviews.findMany({ userId, productId: { $in: productIds }, verified: false });
	await Promise.all(unmarked.map(({ id }) => markVerified(id)));
}

export const markVerified = (id: string): Promise<unknown> =>
	reviews.change(id, (review) => ({ state: review.verified ? review : { ...review, verified: true } }));
