import { LRUCache } from "lru-cache";
import type { Connection, Model, mongo } from "mongoose";
import { fail } from "../errors.ts";
import { breakable } from "../failpoint.ts";
import { type Mailbox, mailbox, type Outcome } from "../mailbox.ts";
import { type Trace, traceNow } from "../trace.ts";
import {
	type Aggregate,
	type CollectionDefinition,
	type Decision,
	eventsOf,
	type Fact,
	type OutboxEvent,
} from "./aggregate.ts";
import { changeOf } from "./difference.ts";
import { gather } from "./gather.ts";
import { decodeCursor, encodeCursor } from "./page.ts";
import { Published } from "./published.ts";
import { type Pull, type Update, writer } from "./writer.ts";

/** A store as the node sees it, whatever lies in it. */
export interface Store {
	readonly definition: CollectionDefinition;
	open(connection: Connection, nodeId: string, wake: Wake, sole?: boolean): Promise<void>;
	published(event: OutboxEvent): Promise<void>;
	tidy(): void;
	waiting(at: string, limit: number): Promise<OutboxEvent[]>;
	idle(): Promise<void>;
}

/** Hears of events as soon as they are stored, so that they need not be looked for. */
export type Wake = (store: Store, events: OutboxEvent[]) => void;

interface Message<T> {
	/** Null only takes out what is published. */
	decide: ((state: T) => Decision<T>) | null;
	expected: number | undefined;
	/** Which its events belong to. */
	trace?: Trace | undefined;
}

/** What a node knows of an aggregate. */
interface Known<T> {
	state: T;
	/** The stored outbox. */
	outbox: readonly OutboxEvent[];
}

/** A document as it lies in the store. */
export type Stored = Record<string, unknown> & { _id: string; rev: number };
type StoredModel = Model<Stored>;
/** The driver's own collection, without mongoose's layer. */
export type DriverCollection<D extends mongo.Document> = mongo.Collection<D>;
export type Filter = Record<string, unknown>;

/**
 * The aggregates of one kind. A change is a pure decision; what waits for the same aggregate is applied together, in one
 * update that holds the condition `{ _id, rev }`, the next state and the outbox.
 */
export class Collection<T extends Aggregate> implements Store {
	readonly definition: CollectionDefinition;
	#model: StoredModel | undefined;
	#documents: DriverCollection<Stored> | undefined;
	#wake: Wake = () => {};
	#memory: LRUCache<string, Known<T>> | undefined;
	#sole = false;
	/** Who reads an aggregate for the memory; gone when it changed meanwhile. */
	readonly #reading = new Map<string, symbol>();
	#mailbox!: Mailbox<Message<T>, T | null>;
	#published!: Published;
	#insert: ((document: Stored) => Promise<true>) | undefined;
	#update: ((item: Update) => Promise<boolean>) | undefined;
	#pull: ((item: Pull) => Promise<true>) | undefined;
	#find: ((id: string) => Promise<T | null>) | undefined;
	#load: ((id: string) => Promise<Known<T> | null>) | undefined;

	constructor(definition: CollectionDefinition) {
		this.definition = definition;
		definition.schema.set("collection", definition.name);
		// Sparse: what has published everything costs no entry.
		definition.schema.index({ "outbox.at": 1 }, { sparse: true });
		if (definition.remember) this.#memory = new LRUCache({ max: definition.remember });
		this.#startAfresh();
	}

	/** Without anything of a store that it was bound to before. */
	#startAfresh(): void {
		this.#memory?.clear();
		this.#reading.clear();
		this.#mailbox = mailbox((id, batch) => this.#apply(id, batch));
		this.#published = new Published((ids) => this.#tidy(ids));
	}

	/**
	 * Binds to a service's database and makes the indexes.
	 * @param sole no other process writes to this store: what is in memory is what is stored
	 */
	async open(connection: Connection, nodeId: string, wake: Wake, sole = false): Promise<void> {
		const { schema, name } = this.definition;
		const model = (connection.models[name] ?? connection.model(name, schema)) as unknown as StoredModel;
		this.#wake = wake;
		this.#startAfresh();
		this.#sole = sole;
		await model.createIndexes();
		this.#model = model;
		const database = connection.getClient().db(connection.name);
		this.#documents = database.collection<Stored>(name);
		const { insert, update, pull } = breakable(name, writer(this.#documents, database, nodeId));
		this.#insert = insert;
		this.#update = update;
		this.#pull = pull;
		this.#find = gather(async (ids) => (await this.#readAll(ids)).map((document) => fromStored<T>(document)));
		this.#load = gather(async (ids) =>
			(await this.#readAll(ids, { writers: 0 })).map((document) => {
				if (!document) return null;
				const { outbox = [], ...rest } = document;
				return { state: fromStored<T>(rest as Stored)!, outbox: outbox as OutboxEvent[] };
			}),
		);
	}

	/** The mongoose model: for lists, sums and what no aggregate decides. */
	get model(): StoredModel {
		if (!this.#model) throw fail("unavailable", {}, `The store ${this.definition.name} is not open`);
		return this.#model;
	}

	/** The driver's collection beneath the model, without mongoose's casting: for commands on the hot paths. */
	get documents(): DriverCollection<Stored> {
		if (!this.#documents) throw fail("unavailable", {}, `The store ${this.definition.name} is not open`);
		return this.#documents;
	}

	/** Whether no other process writes to this store: then what is in memory is what is stored, and reads cost no command. */
	get sole(): boolean {
		return this.#sole;
	}

	/** The aggregate, if it is in memory and no other process can have changed it. */
	held(id: string): T | undefined {
		return this.#sole ? this.#memory?.get(id)?.state : undefined;
	}

	/** @returns null where there is none */
	find(id: string): Promise<T | null> {
		void this.model;
		if (!this.#sole || !this.#memory) return this.#find!(id);
		const held = this.held(id);
		return held ? Promise.resolve(held) : this.#read(id, this.#memory);
	}

	async #read(id: string, memory: LRUCache<string, Known<T>>): Promise<T | null> {
		const mine = Symbol();
		this.#reading.set(id, mine);
		const known = await this.#load!(id);
		if (this.#reading.get(id) === mine) {
			this.#reading.delete(id);
			if (known) memory.set(id, known);
		}
		return known?.state ?? null;
	}

	/**
	 * The aggregate as this node saw it last, otherwise as it is stored: for what never changes, and for work whose effect is
	 * decided again. @throws not_found
	 */
	async recall(id: string): Promise<T> {
		return this.#memory?.get(id)?.state ?? this.get(id);
	}

	/** @throws not_found */
	async get(id: string): Promise<T> {
		const found = await this.find(id);
		if (!found) throw fail("not_found");
		return found;
	}

	/** The first one that fits a filter on indexed fields. */
	async findOne(filter: Filter): Promise<T | null> {
		return fromStored<T>(await this.documents.findOne(filter, withoutOutbox));
	}

	/** All that fit, at most `limit`. */
	async findMany(
		filter: Filter,
		options: { sort?: Record<string, 1 | -1>; limit?: number; projection?: Record<string, 0 | 1> } = {},
	): Promise<T[]> {
		const cursor = this.#cursor(filter, options.projection);
		if (options.sort) cursor.sort(options.sort);
		cursor.limit(options.limit ?? 1000);
		return (await cursor.toArray()).map((document) => fromStored<T>(document) as T);
	}

	/** A page in the order of ids, the youngest first unless told; `cursor` is what the last page gave. */
	async page(
		filter: Filter,
		options: { limit?: number; cursor?: string; oldestFirst?: boolean },
	): Promise<{ data: T[]; nextCursor: string | null }> {
		const limit = options.limit ?? 20;
		const after = options.cursor ? decodeCursor(options.cursor, ["string"])[0] : null;
		const direction = options.oldestFirst ? 1 : -1;
		const beyond =
			after === null
				? filter
				: { ...filter, _id: { ...(filter._id as object), [direction === 1 ? "$gt" : "$lt"]: after } };
		const data = await this.findMany(beyond, { sort: { _id: direction }, limit: limit + 1 });
		const more = data.length > limit;
		if (more) data.pop();
		return { data, nextCursor: more ? encodeCursor([data.at(-1)!.id]) : null };
	}

	/**
	 * Stores a first state (its `rev` becomes 1) with the facts that follow from it.
	 * @throws DuplicateKeyError when a unique index refuses it
	 */
	async insert(state: Omit<T, "rev">, facts: Fact[] = [], requestId?: string): Promise<T> {
		void this.model;
		const { id, ...rest } = state;
		const events = eventsOf(this.definition.name, id, 1, facts, requestId, traceNow());
		await this.#insert!({ _id: id, ...rest, rev: 1, outbox: events });
		const stored = { ...state, rev: 1 } as T;
		this.#remember(id, { state: stored, outbox: events });
		if (events.length > 0) this.#wake(this, events);
		return stored;
	}

	/**
	 * Changes one aggregate. `decide` is pure: it may run again on a fresher state, and what it throws reaches the caller
	 * with nothing stored. A decision that returns its argument changes nothing.
	 * @param expected refuses (`precondition_failed`) when the aggregate is at another `rev`
	 * @throws not_found
	 */
	change(id: string, decide: (state: T) => Decision<T>, expected?: number): Promise<T> {
		return this.#mailbox.post(id, { decide, expected, trace: traceNow() }) as Promise<T>;
	}

	/** Resolves when a published event has left the store: with the aggregate's next change, or a moment later by itself. */
	published(event: OutboxEvent): Promise<void> {
		return this.#published.add(event);
	}

	/** Takes out now what is published. */
	tidy(): void {
		this.#published.flush();
	}

	#tidy(ids: string[]): void {
		for (const id of ids) this.#mailbox.post(id, { decide: null, expected: undefined }).catch(() => {});
	}

	/** Events that have waited since before `at`, the oldest first. */
	async waiting(at: string, limit: number): Promise<OutboxEvent[]> {
		const found = await this.documents
			.find({ "outbox.at": { $lt: at } }, { projection: { outbox: 1 }, limit, sort: { "outbox.at": 1 } })
			.toArray();
		return found.flatMap((document) => document.outbox as OutboxEvent[]);
	}

	/**
	 * Deletes for good; for what nobody may refer to any more.
	 * @param rev only when it is at this one
	 */
	async remove(id: string, rev?: number): Promise<void> {
		try {
			await this.documents.deleteOne({ _id: id, ...(rev === undefined ? {} : { rev }) });
		} finally {
			this.#forget(id);
		}
	}

	/** Settles when no change is under way. */
	idle(): Promise<void> {
		return this.#mailbox.idle();
	}

	#cursor(filter: Filter, projection: Record<string, 0 | 1> = withoutOutbox.projection) {
		return this.documents.find(filter, { projection });
	}

	/** The documents of these ids, in their order. */
	async #readAll(ids: string[], projection?: Record<string, 0 | 1>): Promise<(Stored | undefined)[]> {
		const filter = { _id: ids.length === 1 ? ids[0] : { $in: [...new Set(ids)] } };
		const found = await this.#cursor(filter, projection).toArray();
		if (ids.length === 1) return [found[0]];
		const byId = new Map(found.map((document) => [document._id, document]));
		return ids.map((id) => byId.get(id));
	}

	async #apply(id: string, messages: Message<T>[]): Promise<Outcome<T | null>[]> {
		const batch = messages.filter(({ decide }) => decide !== null);
		let decided: Outcome<T>[] = [];
		try {
			if (batch.length > 0) decided = await this.#decide(id, batch);
		} finally {
			// What is published left with the change, if there was one.
			if (batch.length < messages.length) await this.#takeOut(id);
		}
		const outcomes = decided.values();
		return messages.map(({ decide }) => (decide ? outcomes.next().value! : { ok: true, value: null }));
	}

	async #decide(id: string, batch: Message<T>[]): Promise<Outcome<T>[]> {
		let remembered = this.#memory?.get(id) ?? null;
		for (let attempt = 0; ; attempt++) {
			const known = remembered ?? (await this.#loaded(id));
			if (!known) return batch.map(() => ({ ok: false, error: fail("not_found") }));
			const base = known.state;
			const { outcomes, state, events, certain } = decideAll(this.definition.name, base, batch);
			if (!certain && remembered && !this.#sole) {
				remembered = null;
				continue;
			}
			if (state.rev === base.rev) return outcomes;
			// Nobody else can have added to the outbox at this revision; what another node took out comes and goes once more.
			const gone = this.#published.of(id);
			const kept = known.outbox.filter((event) => !gone.has(event.id));
			const outbox = [...kept, ...events];
			this.#forget(id);
			const change = changeOf(base, state, events, kept.length < known.outbox.length ? outbox : null);
			// Also when nobody knows whether it is stored: what was read meanwhile may be older.
			const stored = await this.#update!(change).finally(() => this.#forget(id));
			if (stored) {
				this.#remember(id, { state, outbox });
				this.#published.left(id, gone);
				if (events.length > 0) this.#wake(this, events);
				return outcomes;
			}
			remembered = null;
			if (attempt >= 50) throw fail("conflict");
			if (attempt > 2) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt));
		}
	}

	/** What is still being read may be older. */
	#remember(id: string, known: Known<T>): void {
		this.#reading.delete(id);
		this.#memory?.set(id, known);
	}

	#forget(id: string): void {
		this.#memory?.delete(id);
		this.#reading.delete(id);
	}

	#loaded(id: string): Promise<Known<T> | null> {
		void this.model;
		return this.#load!(id);
	}

	async #takeOut(id: string): Promise<void> {
		const gone = this.#published.of(id);
		if (gone.size === 0) return;
		const known = this.#memory?.get(id);
		try {
			await this.#pull!({ id, events: [...gone.keys()] });
		} catch (error) {
			this.#published.failed(id, gone, error as Error);
			return;
		}
		// Removed or evicted meanwhile, it stays so.
		if (known && this.#memory?.peek(id) === known)
			this.#remember(id, { ...known, outbox: known.outbox.filter((event) => !gone.has(event.id)) });
		this.#published.left(id, gone);
	}
}

const withoutOutbox = { projection: { outbox: 0, writers: 0 } as Record<string, 0 | 1> };

/** Applies a batch of decisions one after the other; `certain` is false when one was refused or changed nothing. */
function decideAll<T extends Aggregate>(collection: string, base: T, batch: Message<T>[]) {
	let state = base;
	let certain = true;
	const events: OutboxEvent[] = [];
	const outcomes: Outcome<T>[] = batch.map(({ decide, expected, trace }) => {
		try {
			if (expected !== undefined && expected !== state.rev) throw fail("precondition_failed");
			const decision = decide!(state);
			if (decision.state === state && !decision.facts?.length) certain = false;
			else {
				const rev = state.rev + 1;
				state = { ...decision.state, rev };
				if (decision.facts?.length)
					events.push(...eventsOf(collection, state.id, rev, decision.facts, undefined, trace));
			}
			return { ok: true, value: state };
		} catch (error) {
			certain = false;
			return { ok: false, error };
		}
	});
	return { outcomes, state, events, certain };
}

function fromStored<T>(document: Stored | null | undefined): T | null {
	if (!document) return null;
	const { _id, ...rest } = document;
	return { id: _id, ...rest } as T;
}
