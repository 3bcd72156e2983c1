import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ADMIN, startTestShop } from "../test/shop.ts";

const script = join(import.meta.dirname, "import.ts");
const HEADER = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price";

/** Runs the command and answers what it said and how it ended. */
function run(args: string[], environment: Record<string, string> = {}): Promise<{ code: number; out: string }> {
	return new Promise((resolve) => {
		const env = { ...process.env, ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, ...environment };
		execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
			resolve({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
		);
	});
}

function fileOf(t: ExecutionContext, rows: string[]): string {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-import-"));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "products.csv");
	writeFileSync(file, rows.join("\n"));
	return file;
}

test("an operator imports a file, again without effect, and hears of broken rows", async (t) => {
	const shop = await startTestShop(t, {}, { sample: false });
	const good = fileOf(t, [HEADER, "mug,Mug,MUG,3,24.00", "bowl,Bowl,BOWL,4,30.00"]);
	const first = await run([good, "--url", shop.url]);
	t.is(first.code, 0, first.out);
	t.regex(first.out, /completed in [\d.]+ s: 2 rows, 2 products created, 0 updated, 0 unchanged, 0 errors/);
	const again = await run([good, "--url", shop.url, "--token", await shop.admin()]);
	t.regex(again.out, /0 products created, 0 updated, 2 unchanged, 0 errors/);
	const bad = await run([fileOf(t, [HEADER, "pot,Pot,POT,1.5,9.00"]), "--url", shop.url]);
	t.is(bad.code, 1);
	t.regex(bad.out, /row 2: Variant Inventory Qty is "1.5"/);
	const none = await run([fileOf(t, ["Name,Mail", "a,b"]), "--url", shop.url]);
	t.is(none.code, 1);
	t.regex(none.out, /The shop answered 422: The first row has no column/);
	const wrong = await run([good, "--url", shop.url], { ADMIN_PASSWORD: "not the password" });
	t.is(wrong.code, 1);
	t.regex(wrong.out, /The shop answered 401/);
});

test("an import without a file or a shop says what is missing", async (t) => {
	t.is((await run([])).code, 2);
	t.regex((await run(["nowhere.csv"])).out, /nowhere\.csv is not a file/);
	const file = fileOf(t, [HEADER]);
	t.regex((await run([file, "--url", "http://127.0.0.1:1"])).out, /127\.0\.0\.1:1 does not answer/);
});
