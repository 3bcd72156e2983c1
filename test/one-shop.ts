import type { TestFn } from "ava";
import type { ShopOptions } from "../bin/shop.ts";
import { startTestShop, type TestShop } from "./shop.ts";

/** One shop for all tests of a file, without the sample catalogue unless asked for. @returns what answers it in a test */
export function oneShop(
	test: TestFn,
	environment: Record<string, string> = {},
	options: Partial<ShopOptions> = {},
): () => TestShop {
	const ends: (() => unknown)[] = [];
	let shop: TestShop | undefined;
	test.serial.before(async () => {
		shop = await startTestShop({ teardown: (end) => void ends.push(end) }, environment, { sample: false, ...options });
	});
	test.after.always(async () => {
		for (const end of ends) await end();
	});
	return () => {
		if (!shop) throw new Error("the shop did not start");
		return shop;
	};
}
