import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { log } from "../../../runtime/log.ts";
import { type Import, importRows } from "../../../schemas/product.ts";
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
		return ended(importView(await imports.change(id, (current) => ({ state: withFailure(current, failed, now) }))));
	const header = readHeader(state.header);
	const { pending: waiting } = state;
	const { groups, pending } = groupRows(header, firstRow - waiting.length, [...waiting, ...rows], last);
	const outcome = await importGroups(header, groups);
	outcome.errors.push(...errors);
	const batch = { nextRow: Math.max(state.nextRow, firstRow + rows.length), outcome, pending, last };
	const view = importView(await imports.change(id, (current) => ({ state: withBatch(current, batch, now) })));
	return last ? ended(view) : view;
});

/** A line for operators when it is over. */
function ended(view: Import): Import {
	const { id, status, created, updated, unchanged, failures } = view;
	const what = `${created} products made, ${updated} changed, ${unchanged} as they were, ${failures} errors`;
	log(setting("LOG_LEVEL"))[failures > 0 ? "warn" : "info"](`import ${id} ${status}: ${what}`);
	return view;
}
