import type { Meta } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";

/** Who is signed in. @throws unauthenticated */
export function requirePerson({ userId }: Meta): string {
	if (!userId) throw fail("unauthenticated");
	return userId;
}
