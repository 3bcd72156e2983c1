import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { fail } from "./errors.ts";

interface Violation {
	keyword: string;
	instancePath: string;
	message: string;
	params: object;
}

/** Compiles a schema into a check that throws `validation_failed` with a JSON Pointer and a sentence for each mistake. */
export function validator(schema: TSchema): (value: unknown) => void {
	const compiled = Compile(schema);
	let branches: { Errors(value: unknown): Violation[] }[] | undefined;
	return (value) => {
		if (compiled.Check(value)) return;
		// Of a union's branches the one that comes nearest is what the caller meant.
		branches ??= (schema as { anyOf?: TSchema[] }).anyOf?.map((branch) => Compile(branch)) ?? [compiled];
		const [errors] = branches.map((branch) => mistakes(branch.Errors(value))).sort((a, b) => a.length - b.length);
		throw fail("validation_failed", { errors });
	};
}

/** At most 20 mistakes, one a place: a union's failed branches would repeat themselves. */
function mistakes(violations: Violation[]): { path: string; message: string }[] {
	const byPath = new Map<string, string>();
	for (const { keyword, instancePath, message, params } of violations) {
		if (keyword === "boolean" || keyword === "anyOf" || keyword === "oneOf") continue;
		if (keyword === "additionalProperties") {
			for (const name of (params as { additionalProperties: string[] }).additionalProperties) {
				byPath.set(`${instancePath}/${pointer(name)}`, "is not a known field");
			}
		} else if (keyword === "required") {
			for (const name of (params as { requiredProperties?: string[] }).requiredProperties ?? []) {
				const path = `${instancePath}/${pointer(name)}`;
				if (!byPath.has(path)) byPath.set(path, "is missing");
			}
		} else if (!byPath.has(instancePath)) byPath.set(instancePath, message);
		if (byPath.size >= 20) break;
	}
	return [...byPath].map(([path, message]) => ({ path, message }));
}

const pointer = (name: string) => name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1");
