import { call } from "../runtime/action.ts";
import { setting } from "../runtime/config.ts";
import { codeOf, fail } from "../runtime/errors.ts";
import { newId } from "../runtime/ids.ts";
import { log } from "../runtime/log.ts";
import { validator } from "../runtime/validate.ts";
import { type Actor, appendAudit } from "../schemas/audit.ts";
import type { Contract, Params } from "../schemas/contract.ts";
import { isScope } from "../schemas/scopes.ts";
import { authorize } from "./authenticate.ts";
import type { Exchange } from "./exchange.ts";
import { problemOf } from "./problem.ts";

type Told = Params<typeof appendAudit>;

/** The most of a list that an entry holds. */
const MOST = 100;

/** Lets in who may ask; what is refused to staff or to a key is told to the audit log first. @throws unauthenticated, forbidden */
export async function admit(exchange: Exchange): Promise<void> {
	const { entry, meta } = exchange;
	try {
		authorize(entry.route.access, meta);
	} catch (error) {
		const staff = meta.keyId !== undefined || (meta.scopes?.length ?? 0) > 0;
		if (staff && codeOf(error) === "forbidden") await append(exchange, told(exchange, { outcome: "forbidden" }));
		throw error;
	}
}

/**
 * Does what staff or a key asks for by a route that needs a scope. The intention is stored before it is done, and the outcome
 * before it is answered: who is killed between the two leaves an intention without an outcome, whoever fails to store the
 * intention does nothing.
 */
export async function audited<R>(exchange: Exchange, params: object, work: () => Promise<R>): Promise<R> {
	const { contract, route } = exchange.entry;
	if (contract.kind !== "write" || !isScope(route.access)) return work();
	// What does not fit changes nothing, and its fields could hold anything.
	if (!route.accepts) checkOf(contract)(params);
	const changes = kept(contract, params);
	const intended = told(exchange, { outcome: "intended", changes });
	await append(exchange, intended);
	let result: R;
	try {
		result = await work();
	} catch (error) {
		const { code } = problemOf(error, exchange.meta.requestId);
		await settle(exchange, told(exchange, { outcome: code, intent: intended.ref }));
		throw error;
	}
	const target = intended.target ?? madeBy(result);
	await settle(exchange, { ...told(exchange, { outcome: "done", intent: intended.ref, changes }), target });
	return result;
}

/** What was done is done: where its outcome cannot be stored, the caller is told of it all the same. */
async function settle(exchange: Exchange, entry: Told): Promise<void> {
	await append(exchange, entry).catch((error) =>
		log(setting("LOG_LEVEL")).error(
			{ err: error, intent: entry.intent, outcome: entry.outcome, requestId: entry.requestId },
			"the audit log has an intention whose outcome could not be stored",
		),
	);
}

const append = async ({ from }: Exchange, entry: Told): Promise<void> => void (await call(from, appendAudit, entry));

function told({ entry, meta, path }: Exchange, rest: Pick<Told, "outcome"> & Partial<Told>): Told {
	return {
		ref: newId("aud"),
		actor: actorOf(meta),
		action: entry.contract.name,
		target: targetOf(Object.values(path)),
		intent: null,
		changes: null,
		requestId: meta.requestId,
		...rest,
	};
}

function actorOf({ userId, keyId }: Exchange["meta"]): Actor {
	if (keyId) return { type: "key", id: keyId };
	if (!userId) throw fail("unauthenticated");
	return { type: "user", id: userId };
}

/** Ids and SKUs as the path has them; an address, which somebody may have typed there, stays out. */
function targetOf(values: string[]): string | null {
	const text = values.join(" ");
	return text === "" || text.length > 300 || text.includes("@") ? null : text;
}

/** The id of what was made. */
function madeBy(result: unknown): string | null {
	const { id, code, name } = (result ?? {}) as Record<string, unknown>;
	const found = [id, code, name].find((value) => typeof value === "string");
	return found === undefined ? null : targetOf([found as string]);
}

const checks = new WeakMap<Contract, (params: unknown) => void>();

function checkOf(contract: Contract): (params: unknown) => void {
	const known = checks.get(contract) ?? validator(contract.params);
	checks.set(contract, known);
	return known;
}

/** The fields that the contract lets the log keep; null when none was sent. */
function kept({ audited: paths = [] }: Contract, params: object): Told["changes"] {
	const found: Record<string, unknown> = {};
	for (const path of paths) {
		const value = valueAt(params, path.split("."));
		if (value !== undefined) found[path] = value;
	}
	return Object.keys(found).length === 0 ? null : found;
}

function valueAt(value: unknown, [name, ...rest]: string[]): unknown {
	if (Array.isArray(value)) {
		const part = value.slice(0, MOST).map((item) => (name === undefined ? item : valueAt(item, [name, ...rest])));
		// One that was not sent leaves its place, so that the fields of one item stand at the same place.
		return part.every((item) => item === undefined) ? undefined : part.map((item) => item ?? null);
	}
	if (name === undefined) return value;
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
	return valueAt((value as Record<string, unknown>)[name], rest);
}
