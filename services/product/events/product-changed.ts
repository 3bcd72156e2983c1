import { consumer } from "../../../runtime/events/consumer.ts";
import { productChanged, productDeleted } from "../../../schemas/events.ts";
import { isCopied, repairVariants } from "../copies.ts";
import { products } from "../model.ts";

/** Finishes what a crash left between a product and what is sold of it. */
async function finish({ id, data }: { id: string; data: { productId: string } }): Promise<void> {
	const rev = Number(id.split("/")[2]);
	if (await isCopied(data.productId, rev)) return;
	const product = await products.find(data.productId);
	if (product) await repairVariants(product);
}

export const changed = consumer(productChanged, "variants", finish);
export const deleted = consumer(productDeleted, "variants-of-deleted", finish);
