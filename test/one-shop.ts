import type { TestFn } from "ava";
import type { ShopOptions } from "../bin/shop.ts";
import { endings } from "../runtime/testing.ts";
import { startTestShop, type TestShop } from "./shop.ts";

/** One shop for all tests of a file, without the sample catalogue unless asked for. @returns what answers it in a test */
export function oneShop(
	test: TestFn,
	environment: Record<string, string> = {},
	options: Partial<ShopOptions> = {},
): () => TestShop {
	const ends = endings();
	let shop: TestShop | undefined;
	test.serial.before(async () => {
		shop = await startTestShop(ends, environment, { sample: false, ...options });
	});
	test.after.always(ends.close);
	return () => {
		if (!shop) throw new Error("the shop did not start");
		return shop;
	};
}
