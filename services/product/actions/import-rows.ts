import { action } from "../../../runtime/action.ts";
import { importRows } from "../../../schemas/product.ts";
import { groupRows } from "../import/groups.ts";
import { readHeader } from "../import/header.ts";
import { importGroups } from "../import/run.ts";
import { importView, withBatch, withFailure } from "../import/state.ts";
import { imports } from "../model.ts";

export default action(importRows, async (ctx) => {
	const { id, firstRow, rows, errors = [], last, failed } = ctx.params;
	const state = await imports.get(id);
	// Rows that were taken already: a caller that got no answer asks again.
	const repeated = firstRow < state.nextRow && rows.length > 0;
	if (state.status !== "running" || (repeated && failed === undefined)) return importView(state);
	const now = new Date().toISOString();
	if (failed !== undefined)
		return importView(await imports.change(id, (current) => ({ state: withFailure(current, failed, now) })));
	const header = readHeader(state.header);
	const { pending: waiting } = state;
	const { groups, pending } = groupRows(header, firstRow - waiting.length, [...waiting, ...rows], last);
	const outcome = await importGroups(header, groups);
	outcome.errors.push(...errors);
	const batch = { nextRow: Math.max(state.nextRow, firstRow + rows.length), outcome, pending, last };
	return importView(await imports.change(id, (current) => ({ state: withBatch(current, batch, now) })));
});
