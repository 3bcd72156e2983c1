import { setPriority } from "node:os";

/** On Linux this speaks of the calling thread alone: the shop, for which somebody waits, comes before what stands in for others. */
export function yieldToShop(): void {
	if (process.platform === "linux") setPriority(5);
}
