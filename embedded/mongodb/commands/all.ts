import type { Command } from "../server/context.ts";
import { aggregates } from "./aggregate.ts";
import { collections } from "./collections.ts";
import { writes } from "./crud.ts";
import { reads } from "./find.ts";
import { indexes } from "./indexes.ts";
import { serverCommands } from "./server.ts";

/** Every command by its name. */
export const commands: ReadonlyMap<string, Command> = new Map(
	Object.entries({ ...serverCommands, ...reads, ...writes, ...aggregates, ...indexes, ...collections }),
);
