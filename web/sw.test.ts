import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";

const folder = import.meta.dirname;
const script = readFileSync(join(folder, "sw.js"), "utf8");
const listed = [...(/FILES = \[(.*?)\]/s.exec(script)?.[1] ?? "").matchAll(/"(.+)"/g)].map(
	([, path]) => path as string,
);

test("the installed storefront holds all of its files", (t) => {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.endsWith(".ts") && entry.name !== "sw.js")
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll("\\", "/"))
		.map((path) => (path === "/index.html" ? "/" : path));
	t.deepEqual(listed.sort(), files.sort());
});

test("no answer of the API is kept in the browser", (t) => {
	t.deepEqual(
		listed.filter((path) => /^\/(v1|health|sandbox|docs)/.test(path)),
		[],
	);
});
