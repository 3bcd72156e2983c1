import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { documents } from "../bin/docs.ts";
import { loadServices, SERVICES } from "../bin/services.ts";
import { type ErrorCode, errors } from "../schemas/errors.ts";
import { contracts } from "../schemas/index.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { scripts, version } = JSON.parse(read("package.json")) as { scripts: Record<string, string>; version: string };
const guides = ["README.md", "CONTRIBUTING.md", "docs/operations.md"];
const sources = (folder: string) =>
	globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (path) => path.endsWith(".test.ts") });
/** The codes that a file gives, read off its text: `fail("code"` and codes chosen between two. */
const codesIn = (path: string) => [...read(path).matchAll(/\bfail\(\s*"(\w+)"/g)].map((match) => match[1] as string);

test("the documents are as the schemas say: npm run docs writes them", async (t) => {
	for (const [path, text] of await documents()) t.is(read(path), text, path);
});

test("every command that the guides name exists", (t) => {
	for (const guide of guides) {
		const text = read(guide);
		for (const [, name] of text.matchAll(/npm run ([\w:]+)/g))
			t.true(Object.hasOwn(scripts, name as string), `${guide}: ${name}`);
		for (const [, file] of text.matchAll(/\bnode ([\w/.-]+\.ts)/g))
			t.true(existsSync(join(root, file as string)), `${guide}: ${file}`);
		for (const [, file] of text.matchAll(/npx ava ([\w/.-]+)/g))
			t.true(existsSync(join(root, file as string)), `${guide}: ${file}`);
		if (/npm (start|test)/.test(text)) t.true(Object.hasOwn(scripts, "start") && Object.hasOwn(scripts, "test"));
	}
});

test("every command of package.json names a file that exists", (t) => {
	for (const [name, command] of Object.entries(scripts))
		for (const [, file] of command.matchAll(/\bnode (?:--\w+ )*([\w/.-]+\.ts)/g))
			t.true(existsSync(join(root, file as string)), name);
});

test("links between the documents lead somewhere", (t) => {
	for (const guide of [...guides, "docs/errors.md", "docs/events.md", "CHANGELOG.md"]) {
		for (const [, link] of read(guide).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
			t.true(existsSync(join(root, guide, "..", link as string)), `${guide}: ${link}`);
	}
});

test("the map of the README names every folder, and no other", (t) => {
	const map = /<!-- folders -->([\s\S]*?)<!-- \/folders -->/.exec(read("README.md"))?.[1] ?? "";
	const named = map
		.split("\n")
		.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)\/`/g)].map((match) => match[1]));
	const folders = readdirSync(root, { withFileTypes: true })
		.filter(
			(entry) =>
				entry.isDirectory() && !entry.name.startsWith(".") && !["node_modules", "coverage"].includes(entry.name),
		)
		.map(({ name }) => name);
	t.deepEqual(named.sort(), folders.sort());
});

test("the operators' commands of the README are those of the REPL", (t) => {
	const told = [...read("README.md").matchAll(/^\| `([a-z]+)(?: [^`]*)?` *\| /gm)].map((match) => match[1]);
	const there = readdirSync(join(root, "operator", "commands"))
		.filter((file) => !file.endsWith(".test.ts"))
		.map((file) => file.replace(".ts", ""));
	t.deepEqual(told.sort(), there.sort());
});

test("the code that the guides quote is the code that there is", (t) => {
	const quotes = [...read("CONTRIBUTING.md").matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)];
	t.is(quotes.length, 4);
	for (const [, path, code] of quotes) t.true(read(path as string).includes((code as string).trimEnd()), path);
});

test("the changelog tells of this version", (t) => {
	t.true(read("CHANGELOG.md").includes(`\n## ${version}\n`));
});

test("every code that is given stands in the catalogue", (t) => {
	for (const path of ["services", "gateway", "runtime"].flatMap(sources))
		for (const code of codesIn(path)) t.true(Object.hasOwn(errors, code), `${path}: ${code}`);
});

/** Codes that any contract may give, as the gateway says of every route. */
const EVERYWHERE = new Set<string>(["validation_failed", "unauthenticated", "forbidden", "unavailable"]);

test("an action gives the codes that its contract declares", async (t) => {
	const services = await loadServices(SERVICES);
	const byName = new Map(contracts.map((contract) => [contract.name, contract]));
	const kept = new Map<string, string>();
	for (const { name } of services) {
		for (const path of sources(`services/${name}/actions`)) {
			const { default: action } = (await import(join(root, path))) as { default?: { contract?: { name: string } } };
			if (action?.contract) kept.set(path, action.contract.name);
		}
	}
	t.true(kept.size > 50);
	for (const [path, name] of kept) {
		const declared = byName.get(name)?.errors as readonly string[];
		for (const code of codesIn(path))
			t.true(EVERYWHERE.has(code) || declared.includes(code), `${path} gives ${code}, which ${name} does not declare`);
	}
});

test("every code of the catalogue is given by somebody", (t) => {
	const given = new Set<string>(contracts.flatMap((contract) => contract.errors));
	for (const path of ["gateway", "runtime"].flatMap(sources)) {
		// Besides fail(), the gateway names codes in tables: of the broker's errors, of limits.
		for (const [, code] of read(path).matchAll(/"(\w+)"/g)) given.add(code as string);
	}
	t.deepEqual(
		(Object.keys(errors) as ErrorCode[]).filter((code) => !given.has(code)),
		[],
	);
});

test("every code that a contract declares is given by its service, or by one that it asks", (t) => {
	const given = new Map(SERVICES.map((name) => [name as string, new Set<string>()]));
	for (const name of SERVICES) {
		for (const path of sources(name === "gateway" ? "gateway" : `services/${name}`))
			for (const [, code] of read(path).matchAll(/"(\w+)"/g)) given.get(name)?.add(code as string);
	}
	const anywhere = new Set([...given.values()].flatMap((codes) => [...codes]));
	for (const path of sources("runtime")) for (const code of codesIn(path)) anywhere.add(code);
	for (const { name, errors: declared } of contracts)
		for (const code of declared) t.true(anywhere.has(code), `${name} declares ${code}, which nobody gives`);
});

test("no document names a path of a machine", (t) => {
	for (const path of [...globSync("docs/**/*.md", { cwd: root }), ...guides, "CHANGELOG.md"])
		t.notRegex(read(path), /(^|[\s"'`(])\/(work|home|root|tmp|Users)\//m, path);
});

test("each row of the security table names tests that exist", (t) => {
	const rows = read("docs/security.md")
		.split("\n")
		.filter((line) => /^\| [^-]/.test(line))
		.slice(1);
	t.true(rows.length > 15);
	for (const row of rows) {
		const [, what, , file = "", titles = ""] = row.split("|").map((cell) => cell.trim());
		const named = [...titles.matchAll(/"([^"]+)"/g)].map((match) => match[1] as string);
		t.true(named.length > 0, what);
		const known = [...read(file).matchAll(/^(?:test|onNats)(?:\.\w+)*\(\s*"([^"]+)"/gm)].map(
			(match) => match[1] as string,
		);
		for (const title of named) t.true(known.includes(title), `${file}: ${title}`);
	}
});
