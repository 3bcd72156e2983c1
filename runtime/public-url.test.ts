import test from "ava";
import { configure, readSettings } from "./config.ts";
import { publicUrl } from "./public-url.ts";

for (const [environment, url] of [
	[{ PUBLIC_URL: "https://shop.test/" }, "https://shop.test/orders"],
	[{ PUBLIC_URL: "https://shop.test/here" }, "https://shop.test/here/orders"],
	[{ PORT: "4000" }, "http://127.0.0.1:4000/orders"],
	[{ PORT: "4000", HOST: "0.0.0.0" }, "http://127.0.0.1:4000/orders"],
	[{ PORT: "4000", HOST: "::1" }, "http://[::1]:4000/orders"],
] as const)
	test(`others reach ${JSON.stringify(environment)} at ${url}`, (t) => {
		configure(readSettings(environment, () => ""));
		t.is(publicUrl("/orders"), url);
	});
