import { createHash } from "node:crypto";
import { setting } from "../../../runtime/config.ts";

/**
 * Marks what this shop asks of a provider, so that a reconciliation leaves alone what another shop, or the same software in
 * another environment, holds in the same account. It lasts as long as the namespace and the secret of the shop.
 */
export const shopMark = (): string =>
	createHash("sha256")
		.update(`${setting("NAMESPACE")}\n${setting("TOKEN_SECRET")}`)
		.digest("hex")
		.slice(0, 16);
