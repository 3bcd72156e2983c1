import { hash, timingSafeEqual } from "node:crypto";
import type { Meta } from "../../runtime/action.ts";
import type { Payment } from "./domain.ts";

/** The person who pays, whoever holds the order's token, or staff that may read orders. */
export function isOwner({ userId, tokenHash }: Payment, meta: Meta): boolean {
	if (userId !== null && meta.userId === userId) return true;
	if (meta.scopes?.includes("orders:read")) return true;
	return tokenHash !== null && meta.orderToken !== undefined && isHashOf(tokenHash, meta.orderToken);
}

const isHashOf = (expected: string, token: string) =>
	timingSafeEqual(Buffer.from(expected, "hex"), hash("sha256", token, "buffer"));
