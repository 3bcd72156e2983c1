import test from "ava";
import { call } from "../runtime/action.ts";
import { getImport } from "../schemas/product.ts";
import { as, until } from "../test/buyer.ts";
import { startTestShop } from "../test/shop.ts";

interface Import {
	id: string;
	status: string;
	rows: number;
	errors: { row: number; message: string }[];
}

const ROWS = 20_000;
const FILE = `Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n${Array.from(
	{ length: ROWS },
	(_, n) => `long-${n},Long ${n},Title,Default Title,LONG-${n},10.00`,
).join("\n")}\n`;

test("an import whose gateway ends says before which row it stopped", async (t) => {
	const shop = await startTestShop(t, {}, { sample: false });
	const answer = await fetch(`${shop.url}/v1/admin/imports`, {
		method: "POST",
		headers: { Authorization: `Bearer ${await shop.admin()}`, "Content-Type": "text/csv" },
		body: FILE,
	});
	const body = await answer.json();
	const { id } = as<Import>(202, { status: answer.status, headers: answer.headers, body });
	let found: Import | undefined;
	shop.node.beforeStop(async () => {
		found = await until("the import to stop", async () => {
			const now = await call(shop.node.broker as never, getImport, { id });
			return now.status !== "running" && now;
		});
	});
	await shop.node.stop();
	t.is(found?.status, "failed");
	t.true((found?.rows ?? ROWS) < ROWS);
	t.regex(found?.errors.at(-1)?.message ?? "", /stopped before row \d+ as its gateway ended: send the file again/);
});
