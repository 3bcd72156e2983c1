import type { Client, estypes } from "@elastic/elasticsearch";
import type { Settings } from "../../runtime/config.ts";
import type { IndexedProduct } from "./domain.ts";
import { FINGERPRINT, MAPPINGS, SETTINGS } from "./mapping.ts";

/** A search that takes longer is given up, so that the plain list can still answer within a second. */
const SEARCH_TIMEOUT = 600;
const WRITE_TIMEOUT = 10_000;
/** After a failure the index is left alone for so long. */
const REST = 1_000;

/** The index cannot be asked now; something simpler has to answer. */
export class IndexDown extends Error {
	override name = "IndexDown";

	/** Whether it answers but has no products: it was lost, or is not filled yet. */
	get isEmpty(): boolean {
		return isMissing(this.cause);
	}
}

/** A physical index that writes go to; `filling` until it has every product. */
export interface Target {
	index: string;
	filling: boolean;
}

let client: Client | undefined;
let alias = "";
let restUntil = 0;

/** Connects; nothing is asked yet. */
export async function openIndex(settings: Settings): Promise<void> {
	// The client's code is large: other services of the process do not wait for it.
	const { Client } = await import("@elastic/elasticsearch");
	const { origin, username, password } = new URL(settings.ELASTICSEARCH_URL);
	const auth = username
		? { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }
		: {};
	client = new Client({ node: origin, ...auth, maxRetries: 0, requestTimeout: WRITE_TIMEOUT });
	alias = `${settings.NAMESPACE.toLowerCase()}-products`;
	restUntil = 0;
}

export async function closeIndex(): Promise<void> {
	await client?.close();
	client = undefined;
}

/** Searches the index in use. @throws IndexDown when it does not answer in time or is not filled yet */
export async function searchIndex(
	request: estypes.SearchRequest,
): Promise<estypes.SearchResponse<Partial<IndexedProduct>>> {
	if (Date.now() < restUntil) throw new IndexDown("the index failed a moment ago");
	try {
		return await find(request);
	} catch (error) {
		if (!isDown(error)) throw error;
		if (!isMissing(error)) restUntil = Date.now() + REST;
		throw new IndexDown((error as Error).message, { cause: error });
	}
}

async function find(request: estypes.SearchRequest): Promise<estypes.SearchResponse<Partial<IndexedProduct>>> {
	const ask = () =>
		connected().search<Partial<IndexedProduct>>({ index: alias, ...request }, { requestTimeout: SEARCH_TIMEOUT });
	try {
		return await ask();
	} catch (error) {
		// The index was swapped for the next one in this very moment, or a connection that was kept had been closed.
		if (!isMissing(error) && !isUnreached(error)) throw error;
		return ask();
	}
}

/** Where writes go: the index in use and those being filled. */
export async function targets(): Promise<Target[]> {
	const found = await connected().indices.getAlias(
		{ name: [alias, `${alias}-filling`], ignore_unavailable: true },
		{ ignore: [404] },
	);
	return Object.entries(found)
		.filter(([, entry]) => typeof entry === "object" && "aliases" in entry)
		.map(([index, { aliases }]) => ({ index, filling: aliases[alias] === undefined }));
}

export type Seen = Pick<estypes.GetGetResult, "_seq_no" | "_primary_term"> | null;

/** The state of each document, to write only over what was seen: null where there is none. */
export async function seen(index: string, ids: string[]): Promise<Seen[]> {
	const { docs } = await connected().mget({ index, ids, _source: false });
	return docs.map((doc) => ("found" in doc && doc.found ? doc : null));
}

export interface Write {
	index: string;
	id: string;
	/** null takes the product out. */
	product: IndexedProduct | null;
	seen: Seen;
}

export interface Written {
	/** Ids of those that somebody else wrote meanwhile. */
	overtaken: Set<string>;
	failed: Map<string, Error>;
}

/** Writes each product over what was seen of it; one that is refused does not hold up the others. */
export async function write(writes: Write[]): Promise<Written> {
	const written: Written = { overtaken: new Set(), failed: new Map() };
	if (writes.length === 0) return written;
	const { errors, items } = await connected().bulk({ operations: writes.flatMap(operationsOf) });
	if (!errors) return written;
	for (const item of items) {
		const { status, error, _id } = Object.values(item)[0]!;
		if (status === 409) written.overtaken.add(_id!);
		else if (error) written.failed.set(_id!, new Error(`${_id} was not indexed: ${error.type}: ${error.reason}`));
	}
	return written;
}

function operationsOf({ index, id, product, seen }: Write): (estypes.BulkOperationContainer | IndexedProduct)[] {
	const guard = seen && { if_seq_no: seen._seq_no!, if_primary_term: seen._primary_term! };
	const meta = { _index: index, _id: id, ...guard };
	if (product === null) return [{ delete: meta }];
	return [seen ? { index: meta } : { create: meta }, product];
}

/** Whether the index in use was made for the mapping that this code has. */
export async function isCurrent(): Promise<boolean> {
	const found = await connected().indices.getMapping({ index: alias }, { ignore: [404] });
	const entries = Object.values(found).filter((entry) => typeof entry === "object" && "mappings" in entry);
	return entries.length > 0 && entries.every(({ mappings }) => mappings._meta?.fingerprint === FINGERPRINT);
}

/** Makes the next index; from now on writes go to it, too. */
export async function createNext(): Promise<string> {
	const index = `${alias}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
	await connected().indices.create({
		index,
		settings: SETTINGS,
		mappings: MAPPINGS,
		aliases: { [`${alias}-filling`]: {} },
	});
	return index;
}

/** How many documents there are, those included that searches do not see yet. */
export async function sizeOf(index: string): Promise<number> {
	await connected().indices.refresh({ index });
	return (await connected().count({ index })).count;
}

/** Puts a filled index in the place of the one in use, in one step, and removes the others. */
export async function promote(index: string): Promise<void> {
	await connected().indices.refresh({ index });
	const others = (await targets()).filter((target) => target.index !== index && !target.filling);
	await connected().indices.updateAliases({
		actions: [
			...others.map((other) => ({ remove: { index: other.index, alias } })),
			{ add: { index, alias } },
			{ remove: { index, alias: `${alias}-filling` } },
		],
	});
	for (const other of others) await discard(other.index);
}

export async function discard(index: string): Promise<void> {
	await connected().indices.delete({ index, ignore_unavailable: true });
}

function connected(): Client {
	if (!client) throw new IndexDown("the index is not open");
	return client;
}

const statusOf = (error: unknown) => (error as { meta?: { statusCode?: number } } | undefined)?.meta?.statusCode;
const isMissing = (error: unknown) => statusOf(error) === 404;
const isUnreached = (error: unknown) => /^(Connection|NoLivingConnections)Error$/.test((error as Error).name);

/** Whether the index itself is the trouble, not what was asked of it. */
export function isDown(error: unknown): boolean {
	if (error instanceof IndexDown) return true;
	if (isUnreached(error) || (error as Error).name === "TimeoutError") return true;
	const status = statusOf(error) ?? 0;
	return status === 404 || status === 429 || status >= 500;
}
