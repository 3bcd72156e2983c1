import type { Meta } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";

/** The person who asks. @throws unauthenticated */
export function personOf({ userId }: Meta): string {
	if (!userId) throw fail("unauthenticated");
	return userId;
}
