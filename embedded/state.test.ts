import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ExecutionContext } from "ava";
import test from "ava";
import { openState } from "./state.ts";

function folder(t: ExecutionContext): string {
	const path = mkdtempSync(join(tmpdir(), "state-"));
	t.teardown(() => rmSync(path, { recursive: true }));
	return path;
}

type Doc = { id: string; n: number; owner?: string };
const byOwner = { terms: ({ owner }: Doc) => (owner ? [`owner:${owner}`] : []) };

test("what was acknowledged is there after SIGKILL, whole transactions only", async (t) => {
	const dataDir = folder(t);
	const program = `
		import { openState } from ${JSON.stringify(join(import.meta.dirname, "state.ts"))};
		const state = openState(process.argv[1], "killed");
		const [left, right] = [state.collection("left"), state.collection("right")];
		for (let n = 0; ; n++) {
			state.transaction(() => { left.put("d" + n, { n }); right.put("d" + n, { n }); });
			process.stdout.write(n + "\\n");
			if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		}`;
	const child = spawn(process.execPath, ["--input-type=module", "-e", program, dataDir], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let last = -1;
	for await (const line of createInterface({ input: child.stdout })) {
		last = Number(line);
		if (last === 2500) child.kill("SIGKILL");
	}
	t.true(last >= 2500);
	const state = openState(dataDir, "killed");
	t.teardown(() => state.close());
	const [left, right] = [state.collection<Doc>("left"), state.collection<Doc>("right")];
	t.true(left.count() > last);
	t.is(left.count(), right.count());
	for (let n = 0; n <= last; n++)
		if (left.get(`d${n}`)?.n !== n || right.get(`d${n}`)?.n !== n) t.fail(`d${n} is lost`);
});

test("a transaction that fails leaves nothing behind, not even in memory", (t) => {
	const state = openState(null, "rolled");
	t.teardown(() => state.close());
	const docs = state.collection<Doc>("docs", byOwner);
	docs.put("a", { id: "a", n: 1, owner: "x" });
	for (const amid of [false, true])
		t.throws(() =>
			state.transaction(() => {
				const doc = docs.get("a")!;
				doc.n = 2;
				docs.put("a", { ...doc, owner: "y" });
				docs.put("b", { id: "b", n: 3 });
				if (amid)
					t.deepEqual(
						docs.list({ term: "owner:y" }).map(({ n }) => n),
						[2],
					);
				docs.delete("a");
				throw new Error("no");
			}),
		);
	t.deepEqual(docs.get("a"), { id: "a", n: 1, owner: "x" });
	t.is(docs.get("b"), undefined);
	t.deepEqual(
		docs.list({ term: "owner:x" }).map(({ id }) => id),
		["a"],
	);
	t.deepEqual(docs.list({ term: "owner:y" }), []);
	t.is(docs.count(), 1);
});

test("documents are listed by term, prefix and page, in both directions, and never twice", (t) => {
	const state = openState(null, "listed");
	t.teardown(() => state.close());
	const docs = state.collection<Doc>("docs", byOwner);
	for (let n = 0; n < 10; n++) docs.put(`d${n}`, { id: `d${n}`, n, owner: n % 2 ? "odd" : "even" });
	docs.put("d2", { id: "d2", n: 2, owner: "odd" });
	docs.delete("d9");
	const ids = (options: object) => docs.list(options).map(({ id }) => id);
	t.deepEqual(ids({ term: "owner:odd" }), ["d1", "d2", "d3", "d5", "d7"]);
	t.deepEqual(ids({ term: "owner:even", newestFirst: true, limit: 2 }), ["d8", "d6"]);
	t.deepEqual(ids({ after: "d3", limit: 2 }), ["d4", "d5"]);
	t.deepEqual(ids({ prefix: "d8" }), ["d8"]);
	t.deepEqual(ids({ after: "none" }), []);
	t.deepEqual(
		docs.find(({ n }) => n > 7).map(({ id }) => id),
		["d8"],
	);
});

test("a journal line that was cut off is left out, and what comes after it is kept", (t) => {
	const dataDir = folder(t);
	openState(dataDir, "cut").close();
	appendFileSync(join(dataDir, "cut.journal"), '[["docs","a",{"n":1},[]]]\n[["docs","b",{"n":');
	const state = openState(dataDir, "cut");
	const docs = state.collection<Doc>("docs");
	t.is(docs.get("a")?.n, 1);
	t.is(docs.get("b"), undefined);
	docs.put("c", { id: "c", n: 3 });
	state.close();
	const again = openState(dataDir, "cut");
	t.teardown(() => again.close());
	t.is(again.collection<Doc>("docs").get("c")?.n, 3);
});

test("a second process on the same data is refused with a sentence", (t) => {
	const dataDir = folder(t);
	const state = openState(dataDir, "owned");
	t.teardown(() => state.close());
	t.throws(() => openState(dataDir, "owned"), { message: /is in use by another process/ });
});
