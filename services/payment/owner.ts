import type { Meta } from "../../runtime/action.ts";
import { isHashOf } from "../../runtime/ids.ts";
import type { Payment } from "./domain.ts";

/** The person who pays, whoever holds the order's token, or staff that may read orders. */
export function isOwner({ userId, tokenHash }: Payment, meta: Meta): boolean {
	if (userId !== null && meta.userId === userId) return true;
	if (meta.scopes?.includes("orders:read")) return true;
	return isHashOf(tokenHash, meta.orderToken);
}
