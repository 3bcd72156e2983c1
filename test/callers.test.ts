import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { SERVICES } from "../bin/services.ts";
import { type Contract, callersOf } from "../schemas/contract.ts";
import { contracts } from "../schemas/index.ts";

const root = join(import.meta.dirname, "..");
const known = new Map<unknown, Contract>(contracts.map((contract) => [contract, contract]));
const ownerOf = ({ name }: Contract) => name.slice(0, name.indexOf("."));
/** Who may be named as a caller, and where its code is. */
const HOMES = new Map<string, string>([
	...SERVICES.map((name) => [name, name === "gateway" ? name : `services/${name}`] as const),
	["operator", "operator"],
]);
/** What supports tests and runs in no shop. */
const SUPPORT = /(\.test|\/testing)\.ts$/;

/** An export itself, and what it holds where it is the same contract of several services. */
const contractsIn = (exported: unknown): unknown[] =>
	typeof exported === "object" && exported !== null && !Array.isArray(exported)
		? [exported, ...Object.values(exported)]
		: [];

/** The contracts of others that the code of a home imports, and so asks. */
async function askedBy(caller: string): Promise<Map<Contract, string>> {
	const asked = new Map<Contract, string>();
	for (const path of globSync(`${HOMES.get(caller)}/**/*.ts`, { cwd: root }).filter((file) => !SUPPORT.test(file))) {
		const code = readFileSync(join(root, path), "utf8");
		for (const [, names, from] of code.matchAll(/^import (?!type\b)([^;]*?) from "[./]+\/schemas\/([\w-]+\.ts)"/gm)) {
			const exported = (await import(join(root, "schemas", from as string))) as Record<string, unknown>;
			const whole = /^\* as (\w+)$/.exec(names as string)?.[1];
			const used = whole
				? [...code.matchAll(new RegExp(`\\b${whole}\\.(\\w+)`, "g"))].map((match) => match[1] as string)
				: (names as string).split(/[{},\s]+|\bas \w+/);
			for (const value of used.flatMap((name) => contractsIn(exported[name]))) {
				const contract = known.get(value);
				if (contract && ownerOf(contract) !== caller) asked.set(contract, path);
			}
		}
	}
	return asked;
}

test("a contract that is no route says who may ask", (t) => {
	for (const { name, route, callers } of contracts)
		t.truthy(
			route ?? callers,
			`${name} has no route: state callers: ["order"], after its kind, or callers: [] where none but its own node asks`,
		);
});

test("who is stated as a caller is a service or the operator, and another than who answers", (t) => {
	for (const contract of contracts) {
		for (const caller of contract.callers ?? []) {
			t.true(HOMES.has(caller), `${contract.name}: there is no ${caller}`);
			t.not(caller, ownerOf(contract), `${contract.name}: a service need not be named as its own caller`);
		}
		if (contract.route) t.false(contract.callers?.includes("gateway") ?? false, `${contract.name} is a route anyhow`);
	}
});

test("a service asks only where the contract states it as a caller", async (t) => {
	for (const caller of HOMES.keys()) {
		for (const [contract, path] of await askedBy(caller))
			t.true(callersOf(contract).includes(caller), `${path} asks ${contract.name}: add "${caller}" to its callers`);
	}
});

test("who is stated as a caller does ask", async (t) => {
	const asked = new Map<string, Map<Contract, string>>();
	for (const caller of HOMES.keys()) asked.set(caller, await askedBy(caller));
	for (const contract of contracts) {
		for (const caller of contract.callers ?? [])
			t.true(
				asked.get(caller)?.has(contract),
				`nothing in ${HOMES.get(caller)} imports ${contract.name}: take "${caller}" out of its callers`,
			);
	}
});
