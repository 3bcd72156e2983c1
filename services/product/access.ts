import type { Meta } from "../../runtime/action.ts";

/** Whether the caller may see what is not sold yet or any more. */
export const seesHidden = ({ scopes }: Meta) =>
	scopes?.includes("catalog:read") || scopes?.includes("catalog:write") || false;
