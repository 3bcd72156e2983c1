import type { ServiceBroker } from "moleculer";
import { type Caller, call } from "../runtime/action.ts";
import { codeOf } from "../runtime/errors.ts";
import type { Money } from "../schemas/common.ts";
import type { Contract, Params, Result } from "../schemas/contract.ts";

/** A command of the REPL beyond Moleculer's own. */
export interface Command {
	command: string;
	description: string;
	action(broker: ServiceBroker, args: Record<string, string | undefined>): Promise<void>;
}

/** Asks a service in the operator's name; `missing` is the sentence for what is not there. */
export async function ask<C extends Contract<never, never> | Contract>(
	broker: ServiceBroker,
	contract: C,
	params: Params<C>,
	missing?: string,
): Promise<Result<C>> {
	try {
		return await call(broker as unknown as Caller, contract, params);
	} catch (error) {
		if (missing && codeOf(error) === "not_found") throw new Error(missing, { cause: error });
		throw error;
	}
}

export function money({ amount, currency }: Money): string {
	const format = new Intl.NumberFormat("en", { style: "currency", currency });
	return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A table of text; says so when it is empty. */
export function print(head: string[], rows: string[][]): void {
	if (rows.length === 0) {
		console.log("none");
		return;
	}
	const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
	for (const row of [head, ...rows])
		console.log(
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		);
}
