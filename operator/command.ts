import type { ServiceBroker } from "moleculer";
import { type Caller, call } from "../runtime/action.ts";
import type { Money } from "../schemas/common.ts";
import type { Contract, Params, Result } from "../schemas/contract.ts";

/** A command of the REPL beyond Moleculer's own. */
export interface Command {
	command: string;
	description: string;
	action(broker: ServiceBroker, args: Record<string, string | undefined>): Promise<void>;
}

/** Asks a service in the operator's name. */
export function ask<C extends Contract<never, never> | Contract>(
	broker: ServiceBroker,
	contract: C,
	params: Params<C>,
): Promise<Result<C>> {
	return call(broker as unknown as Caller, contract, params);
}

export const money = ({ amount, currency }: Money) =>
	new Intl.NumberFormat("en", { style: "currency", currency }).format(amount / 100);

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
