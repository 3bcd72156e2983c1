import type { Import } from "../../../schemas/product.ts";
import type { ImportState } from "../model.ts";
import type { Outcome } from "./run.ts";

/** Errors that are kept; all are counted. */
const KEPT = 1_000;
/** Milliseconds without a row after which whoever sent them is gone. */
const SILENCE = 300_000;

/** An import whose header was read. */
export function newImport(id: string, header: string[], now: string): Omit<ImportState, "rev"> {
	return {
		id,
		status: "running",
		header,
		nextRow: 2,
		rows: 0,
		created: 0,
		updated: 0,
		unchanged: 0,
		failures: 0,
		errors: [],
		pending: [],
		updatedAt: now,
	};
}

/** What a batch of rows came to. */
export function withBatch(
	state: ImportState,
	batch: { nextRow: number; outcome: Outcome; pending: string[][]; last: boolean },
	now: string,
): ImportState {
	const { outcome, pending, nextRow, last } = batch;
	return withErrors(
		{
			...state,
			status: last ? "completed" : "running",
			nextRow,
			rows: nextRow - 2,
			created: state.created + outcome.created,
			updated: state.updated + outcome.updated,
			unchanged: state.unchanged + outcome.unchanged,
			pending,
			updatedAt: now,
		},
		outcome.errors,
	);
}

/** An import that ends before its file did. */
export const withFailure = (state: ImportState, message: string, now: string): ImportState =>
	withErrors({ ...state, status: "failed", pending: [], updatedAt: now }, [{ row: state.nextRow, message }]);

function withErrors(state: ImportState, errors: ImportState["errors"]): ImportState {
	if (errors.length === 0) return state;
	const kept = state.errors.length < KEPT ? [...state.errors, ...errors].slice(0, KEPT) : state.errors;
	return { ...state, failures: state.failures + errors.length, errors: kept };
}

/** An import as its caller sees it. One that hears nothing for five minutes has failed. */
export function importView(state: ImportState, now = Date.now()): Import {
	const lost = state.status === "running" && now - Date.parse(state.updatedAt) > SILENCE;
	const shown = lost
		? withFailure(state, "The import stopped: no rows came for five minutes; send the file again", state.updatedAt)
		: state;
	const { id, status, rows, created, updated, unchanged, failures, errors } = shown;
	return { id, status, rows, created, updated, unchanged, failures, errors };
}
