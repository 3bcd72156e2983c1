import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import anyTest, { type TestFn } from "ava";
import { startTestShop } from "./shop.ts";

const test = anyTest as TestFn;
const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
const ADDRESS = "http://127.0.0.1:3000";
const missing = ["curl", "sh"].find((name) => spawnSync(name, ["--version"]).error);

test("the README's first order is confirmed as it stands there", async (t) => {
	if (missing) {
		t.log(`Skipped: there is no ${missing} on this machine.`);
		t.pass();
		return;
	}
	const block = /```sh first-order\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? "";
	t.true(block.includes(ADDRESS));
	const shop = await startTestShop(t);
	const { stdout } = await promisify(execFile)("sh", ["-ec", block.replaceAll(ADDRESS, shop.url)], { timeout: 60_000 });
	const lines = stdout.trim().split("\n");
	t.true(stdout.includes('"sku":"TW-HSM-SALT"'), stdout.slice(0, 500));
	t.true(lines.includes("confirmed"), stdout.slice(-800));
	t.regex(stdout, /"message":"[^"]+"/);
	t.notRegex(stdout, /application\/problem\+json|"status":4\d\d|"status":5\d\d/);
	const { body } = await shop.client.request<{ data: { status: string; items: { quantity: number }[] }[] }>(
		"GET",
		"/v1/admin/orders",
		{
			accessToken: await shop.admin(),
		},
	);
	t.is(body.data.length, 1);
	t.is(body.data[0]?.items[0]?.quantity, 2);
});
