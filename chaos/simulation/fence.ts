import { Faults } from "./faults.ts";

type Method = (...args: never[]) => Promise<unknown>;
const WRITES = ["insert", "change", "published"];
const fenced = new WeakSet<object>();

/**
 * The processes of a service that follow each other are given the same collections. What goes on of one that has ended must not
 * reach its successor's: it would go into one command with what that writes, and take it along into its end.
 */
export function fence(collection: object): void {
	if (fenced.has(collection)) return;
	fenced.add(collection);
	const methods = collection as Record<string, Method>;
	for (const name of WRITES) {
		const method = (methods[name] as Method).bind(collection);
		methods[name] = async (...args) => {
			Faults.alive();
			return method(...args);
		};
	}
}
