import type { Meta } from "../../runtime/action.ts";
import { consumer } from "../../runtime/events/consumer.ts";
import { newId } from "../../runtime/ids.ts";
import { service } from "../../runtime/service.ts";
import type { Ending } from "../../runtime/testing.ts";
import type { EventData } from "../../schemas/contract.ts";
import { ratingChanged } from "../../schemas/events.ts";
import { createProduct } from "../../schemas/product.ts";
import product from "../product/product.service.ts";
import { account } from "../user/domain.ts";
import { users } from "../user/model.ts";
import { type Office, startOffice } from "../user/testing.ts";
import review from "./review.service.ts";

type Rating = EventData<typeof ratingChanged>;

/** The review service beside the real catalogue and the real accounts. */
export interface Fair extends Pick<Office, "ask" | "node"> {
	/** `review.rating_changed` facts so far, in their order. */
	ratings: Rating[];
	/** A person with an account, as the gateway would tell of them. */
	person(name?: string): Promise<Meta & { userId: string }>;
	moderator: Meta;
	/** The id of a fresh product. */
	product(): Promise<string>;
	/** Looks again until it is so. */
	until(look: () => Promise<boolean>): Promise<void>;
	/** Resolves when a product's rating was told to have this count and average. */
	rated(productId: string, count: number, average: number): Promise<Rating>;
}

export async function startFair(t: Ending, environment: Record<string, string> = {}): Promise<Fair> {
	const ratings: Rating[] = [];
	const waiting = new Set<() => void>();
	const listener = service({
		name: "listener",
		actions: [],
		consumers: [
			consumer(ratingChanged, "note", async ({ data }) => {
				ratings.push(data);
				for (const look of waiting) look();
			}),
		],
	});
	const { ask, node } = await startOffice(t, [product, review, listener], environment);
	return {
		ask,
		node,
		ratings,
		moderator: { userId: "usr_moderator", scopes: ["reviews:moderate"] },
		async person(name = "Ada Lovelace") {
			const id = newId("usr");
			const fields = { id, name, email: `${id}@example.com`, passwordHash: "", emailVerified: true } as const;
			await users.insert(account({ ...fields, role: "customer" }, new Date()));
			return { userId: id, scopes: [] };
		},
		async product() {
			const slug = newId("lamp").replace("_", "-");
			const variants = [{ sku: slug, price: { amount: 1999, currency: "USD" } }];
			const meta = { scopes: ["catalog:write"] };
			return (await ask(createProduct, { title: "Lamp", slug, status: "active", variants }, meta)).id;
		},
		async until(look) {
			while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 10));
		},
		rated: (productId, count, average) =>
			new Promise((resolve) => {
				const look = () => {
					const found = ratings.findLast((rating) => rating.productId === productId);
					if (found?.count !== count || found.average !== average) return;
					waiting.delete(look);
					resolve(found);
				};
				waiting.add(look);
				look();
			}),
	};
}
