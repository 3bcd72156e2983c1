import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { loadServices, SERVICES } from "../bin/services.ts";
import type { PersonalData } from "../runtime/personal-data.ts";
import { HOLDERS } from "../schemas/person.ts";
import { rowsOf } from "./person.ts";

const root = join(import.meta.dirname, "..");
const rows = rowsOf(readFileSync(join(root, "docs/personal-data.md"), "utf8"));
/** What lies beside the services' own collections. */
const OTHERS = ["product.movements", "gateway.idempotency", "deadletters"];

/** What each service's own file says that it holds, by collection. */
async function held(): Promise<Map<string, string[]>> {
	const found = new Map([["gateway.idempotency", ["keptAnswers"]]]);
	for (const service of SERVICES) {
		const path = join(root, "services", service, "personal-data.ts");
		if (!existsSync(path)) continue;
		const { default: personalData } = (await import(path)) as { default: PersonalData };
		for (const { name, of } of personalData.held as unknown as {
			name: string;
			of: { definition: { name: string } };
		}[]) {
			const collection = `${service}.${of.definition.name}`;
			found.set(collection, [...(found.get(collection) ?? []), name]);
		}
	}
	return found;
}

test("every collection of every service is named in the table of personal data, and no other", async (t) => {
	const services = await loadServices(SERVICES);
	const collections = services.flatMap(({ name, collections = [] }) =>
		collections.map(({ definition }) => `${name}.${definition.name}`),
	);
	t.deepEqual([...rows.keys()].sort(), [...collections, ...OTHERS].sort());
});

test("what the table says is exported is what the services export", async (t) => {
	const exported = [...rows].filter(([, names]) => names.length > 0);
	const byCollection = (a: [string, unknown], b: [string, unknown]) => (a[0] < b[0] ? -1 : 1);
	t.deepEqual(exported.sort(byCollection), [...(await held())].sort(byCollection));
});

test("every service that has something on people is asked for it and asked to forget it", async (t) => {
	const holders = new Set([...(await held()).keys()].map((collection) => collection.slice(0, collection.indexOf("."))));
	t.deepEqual([...holders].sort(), [...HOLDERS].sort());
});
