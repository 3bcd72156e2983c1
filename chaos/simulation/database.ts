import type { Connection, Schema } from "mongoose";
import type { Faults } from "./faults.ts";

type Doc = Record<string, unknown> & { _id: string };

interface Statement {
	q: Record<string, unknown>;
	u: Record<string, Record<string, unknown>>;
}

class NetworkError extends Error {
	override name = "MongoNetworkError";
}

const broken = () => new NetworkError("connection closed");

/** What a write of a service's store may not break; throws when it does. */
export type Watch = (collection: string, doc: Doc) => void;

/**
 * A database in memory behind what the runtime uses of the driver. It survives the processes that use it. What it is asked
 * takes time, is lost, or is done and not answered.
 */
export class SimulatedDatabase {
	readonly collections = new Map<string, SimulatedCollection>();
	readonly #faults: Faults;
	readonly #watch: Watch;

	constructor(faults: Faults, watch: Watch) {
		this.#faults = faults;
		this.#watch = watch;
	}

	collection(name: string): SimulatedCollection {
		let found = this.collections.get(name);
		if (!found) {
			found = new SimulatedCollection(name, this.#faults, this.#watch);
			this.collections.set(name, found);
		}
		return found;
	}

	async command(command: Record<string, unknown>): Promise<object> {
		if ("insert" in command) return this.collection(command.insert as string).insertAll(command.documents as Doc[]);
		if ("update" in command) return this.collection(command.update as string).updateAll(command.updates as Statement[]);
		throw new Error(`the simulation knows no such command: ${Object.keys(command)[0]}`);
	}

	/** As mongoose hands it out. */
	connection(): Connection {
		const models: Record<string, unknown> = {};
		const connection = {
			name: "simulated",
			models,
			getClient: () => ({ db: () => this }),
			model: (name: string, schema: Schema) => {
				const collection = this.collection(name);
				for (const [fields, options] of schema.indexes()) if (options.unique) collection.unique(Object.keys(fields));
				const model = { collection, createIndexes: async () => {} };
				models[name] = model;
				return model;
			},
		};
		return connection as unknown as Connection;
	}
}

export class SimulatedCollection {
	readonly collectionName: string;
	readonly documents = new Map<string, Doc>();
	readonly #faults: Faults;
	readonly #watch: Watch;
	readonly #unique: string[][] = [];

	constructor(name: string, faults: Faults, watch: Watch) {
		this.collectionName = name;
		this.#faults = faults;
		this.#watch = watch;
	}

	unique(fields: string[]): void {
		if (!this.#unique.some((known) => known.join() === fields.join())) this.#unique.push(fields);
	}

	find(filter: object, options: { projection?: object; sort?: object; limit?: number } = {}) {
		const wanted = { ...options };
		const cursor = {
			sort(by: object) {
				wanted.sort = by;
				return cursor;
			},
			limit(most: number) {
				wanted.limit = most;
				return cursor;
			},
			toArray: () => this.#do("find", () => this.select(filter, wanted)),
		};
		return cursor;
	}

	async findOne(filter: object, options: { projection?: object } = {}): Promise<Doc | null> {
		const found = await this.#do("find", () => this.select(filter, { ...options, limit: 1 }));
		return found[0] ?? null;
	}

	async insertOne(document: Doc): Promise<void> {
		const conflict = await this.#do("insert", () => this.#insert(document));
		if (conflict) throw Object.assign(new Error("E11000"), { code: 11000, keyPattern: conflict });
	}

	async insertAll(documents: Doc[]): Promise<object> {
		return this.#do("insert", () => {
			const writeErrors = documents.flatMap((document, index) => {
				const conflict = this.#insert(document);
				return conflict ? [{ index, code: 11000, keyPattern: conflict }] : [];
			});
			return { n: documents.length - writeErrors.length, ...(writeErrors.length > 0 ? { writeErrors } : {}) };
		});
	}

	async insertMany(documents: Doc[]): Promise<void> {
		const { writeErrors } = (await this.insertAll(documents)) as { writeErrors?: { code: number }[] };
		if (writeErrors) throw Object.assign(new Error("E11000"), { code: 11000, writeErrors });
	}

	async updateOne(filter: Record<string, unknown>, update: Statement["u"]): Promise<{ matchedCount: number }> {
		return { matchedCount: await this.#do("update", () => this.#update({ q: filter, u: update })) };
	}

	async updateAll(updates: Statement[]): Promise<object> {
		return this.#do("update", () => ({ n: updates.reduce((sum, one) => sum + this.#update(one), 0) }));
	}

	async findOneAndUpdate(filter: { _id: string }, update: Statement["u"]): Promise<Doc | null> {
		return this.#do("findAndModify", () => {
			if (this.#update({ q: filter, u: update }) === 0) this.#insert(changed({ _id: filter._id }, update));
			return structuredClone(this.documents.get(filter._id) as Doc);
		});
	}

	async deleteOne(filter: object): Promise<void> {
		await this.#do("delete", () => {
			for (const { _id } of this.select(filter, { limit: 1 })) this.documents.delete(_id);
		});
	}

	select(filter: object, options: { projection?: object; sort?: object; limit?: number }): Doc[] {
		let found = [...this.documents.values()].filter((document) => matches(document, filter));
		const [by] = Object.entries(options.sort ?? {}) as [string, number][];
		if (by) found = found.sort((a, b) => compare(first(a, by[0]), first(b, by[0])) * by[1]);
		if (options.limit) found = found.slice(0, options.limit);
		return found.map((document) => projected(structuredClone(document), options.projection as Record<string, 0 | 1>));
	}

	#do<R>(what: string, apply: () => R): Promise<R> {
		return this.#faults.effect("store", `${what} ${this.collectionName}`, [1, 4], broken, apply);
	}

	#insert(document: Doc): object | null {
		if (this.documents.has(document._id)) return { _id: 1 };
		for (const fields of this.#unique) {
			const mine = fields.map((field) => at(document, field.split(".")));
			if (mine.some((values) => values.length === 0)) continue;
			for (const other of this.documents.values())
				if (fields.every((field, n) => at(other, field.split(".")).some((value) => mine[n]?.includes(value))))
					return Object.fromEntries(fields.map((field) => [field, 1]));
		}
		this.#store(structuredClone(document));
		return null;
	}

	#update({ q, u }: Statement): number {
		const found = [...this.documents.values()].find((document) => matches(document, q));
		if (!found) return 0;
		this.#store(changed(structuredClone(found), structuredClone(u)));
		return 1;
	}

	#store(document: Doc): void {
		this.#watch(this.collectionName, document);
		this.documents.set(document._id, document);
	}
}

/** The values at a path, those of all elements where an array lies on it. */
function at(value: unknown, path: string[]): unknown[] {
	if (path.length === 0) return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
	if (Array.isArray(value)) return value.flatMap((one) => at(one, path));
	if (typeof value !== "object" || value === null) return [];
	return at((value as Record<string, unknown>)[path[0] as string], path.slice(1));
}

const first = (document: Doc, path: string) => at(document, path.split("."))[0];

function compare(a: unknown, b: unknown): number {
	const [x, y] = [a instanceof Date ? a.getTime() : a, b instanceof Date ? b.getTime() : b] as [string, string];
	return x === y ? 0 : x === undefined || x < y ? -1 : 1;
}

const operators: Record<string, (values: unknown[], operand: unknown) => boolean> = {
	$in: (values, operand) => values.some((value) => (operand as unknown[]).includes(value)),
	$lt: (values, operand) => values.some((value) => compare(value, operand) < 0),
	$lte: (values, operand) => values.some((value) => compare(value, operand) <= 0),
	$gt: (values, operand) => values.some((value) => compare(value, operand) > 0),
	$gte: (values, operand) => values.some((value) => compare(value, operand) >= 0),
};

function matches(document: Doc, filter: object): boolean {
	return Object.entries(filter).every(([path, wanted]) => {
		const values = at(document, path.split("."));
		if (typeof wanted !== "object" || wanted === null || wanted instanceof Date)
			return wanted === null ? values.length === 0 : values.some((value) => compare(value, wanted) === 0);
		return Object.entries(wanted).every(([name, operand]) => {
			const operator = operators[name];
			if (!operator) throw new Error(`the simulation knows no such operator: ${name}`);
			return operator(values, operand);
		});
	});
}

function changed(document: Doc, update: Statement["u"]): Doc {
	for (const [operator, fields] of Object.entries(update)) {
		for (const [path, operand] of Object.entries(fields)) {
			const parts = path.split(".");
			const name = parts.pop() as string;
			let holder = document as Record<string, unknown>;
			for (const part of parts) {
				holder[part] ??= {};
				holder = holder[part] as Record<string, unknown>;
			}
			apply(holder, name, operator, operand);
		}
	}
	return document;
}

function apply(holder: Record<string, unknown>, name: string, operator: string, operand: unknown): void {
	const list = () => (holder[name] as unknown[] | undefined) ?? [];
	switch (operator) {
		case "$set":
			holder[name] = operand;
			return;
		case "$unset":
			delete holder[name];
			return;
		case "$inc":
			holder[name] = ((holder[name] as number | undefined) ?? 0) + (operand as number);
			return;
		case "$push": {
			const { $each, $slice } = operand as { $each: unknown[]; $slice?: number };
			const grown = [...list(), ...$each];
			holder[name] = $slice === undefined ? grown : grown.slice($slice);
			return;
		}
		case "$pull":
			holder[name] = list().filter((one) => !matches(one as Doc, operand as object));
			return;
		default:
			throw new Error(`the simulation knows no such operator: ${operator}`);
	}
}

function projected(document: Doc, projection: Record<string, 0 | 1> | undefined): Doc {
	if (!projection) return document;
	const names = Object.keys(projection);
	if (names.every((name) => projection[name] === 0)) {
		for (const name of names) delete document[name];
		return document;
	}
	return Object.fromEntries(
		["_id", ...names].filter((name) => name in document).map((name) => [name, document[name]]),
	) as Doc;
}
