import { type Connection, type Collection as NativeCollection, Schema } from "mongoose";
import { newId } from "../../runtime/ids.ts";
import { sequence } from "../../runtime/mailbox.ts";
import type { Category } from "../../schemas/product.ts";
import { slugify } from "./domain.ts";
import { products } from "./model.ts";

/** A category never changes once it is there, so all of them are kept in memory and looked up again when one is missing. */
interface Entry {
	_id: string;
	/** Titles from the root, lower-case: `kitchen > tableware`. */
	key: string;
	slug: string;
	title: string;
	path: string[];
	parentId: string | null;
}

const schema = new Schema({ _id: String, key: String, slug: String }, { strict: false });
schema.index({ key: 1 }, { unique: true });
schema.index({ slug: 1 }, { unique: true });

let store: NativeCollection<Entry> | undefined;
const byKey = new Map<string, Entry>();
const bySlug = new Map<string, Entry>();
const byId = new Map<string, Entry>();

/** Opens the categories in the service's database. */
export async function openCategories(connection: Connection): Promise<void> {
	const model = connection.models.categories ?? connection.model("categories", schema, "categories");
	await model.createIndexes();
	store = model.collection as unknown as NativeCollection<Entry>;
	for (const map of [byKey, bySlug, byId]) map.clear();
	await load();
}

async function load(): Promise<void> {
	for (const entry of await store!.find({}).toArray()) keep(entry);
}

function keep(entry: Entry): Entry {
	byKey.set(entry.key, entry);
	bySlug.set(entry.slug, entry);
	byId.set(entry._id, entry);
	return entry;
}

/** By id or slug; null where there is none. */
export async function findCategory(idOrSlug: string): Promise<Entry | null> {
	const known = byId.get(idOrSlug) ?? bySlug.get(idOrSlug);
	if (known) return known;
	const found = await store!.findOne({ $or: [{ _id: idOrSlug }, { slug: idOrSlug }] });
	return found && keep(found);
}

const oneAfterTheOther = sequence();

/**
 * The category that a shopkeeper names: by its slug, or by its path `Kitchen > Tableware`, which is made where it is
 * missing.
 */
export async function ensureCategory(name: string): Promise<Entry | null> {
	const titles = name
		.split(">")
		.map((title) => title.trim())
		.filter(Boolean);
	if (titles.length === 0) return null;
	return known(titles) ?? oneAfterTheOther("", () => findOrMake(titles));
}

function known(titles: string[]): Entry | null {
	const named = titles.length === 1 ? (byId.get(titles[0]!) ?? bySlug.get(titles[0]!)) : undefined;
	return byKey.get(keyOf(titles)) ?? named ?? null;
}

async function findOrMake(titles: string[]): Promise<Entry | null> {
	const found = known(titles) ?? (titles.length === 1 ? await findCategory(titles[0]!) : null);
	if (found) return found;
	let parent: Entry | null = null;
	for (const [depth, title] of titles.entries()) {
		const key = keyOf(titles.slice(0, depth + 1));
		parent = byKey.get(key) ?? (await make(key, title, parent));
	}
	return parent;
}

async function make(key: string, title: string, parent: Entry | null): Promise<Entry> {
	const base = [parent?.slug, slugify(title) || "category"].filter(Boolean).join("-").slice(0, 190);
	for (let n = 1; ; n++) {
		const found = await store!.findOne({ key });
		if (found) return keep(found);
		const slug = n === 1 ? base : `${base}-${n}`;
		const entry: Entry = {
			_id: newId("cat"),
			key,
			slug,
			title,
			path: [...(parent?.path ?? []), slug],
			parentId: parent?._id ?? null,
		};
		try {
			await store!.insertOne(entry);
			return keep(entry);
		} catch (error) {
			// The slug belongs to a category that is written alike, or another node made this one just now.
			if ((error as { code?: unknown }).code !== 11000 || n >= 100) throw error;
		}
	}
}

const keyOf = (titles: string[]) => titles.map((title) => title.toLowerCase()).join(" > ");

/** `Kitchen > Tableware`, for a file. */
export function categoryPath(slug: string | null): string {
	const entry = slug === null ? undefined : bySlug.get(slug);
	return entry ? entry.path.map((part) => bySlug.get(part)?.title ?? part).join(" > ") : "";
}

/** Counts are taken anew when products changed, but may use a twentieth of the time at most. */
let counted: { at: number; took: number; counts: Map<string, number> } | undefined;
let dirty = true;

/** Says that counts of categories may be wrong now. */
export function countAgain(): void {
	dirty = true;
}

/** The tree, parents first, with the active products in and below each. */
export async function listCategories(): Promise<Category[]> {
	if (!counted || Date.now() - counted.at > (dirty ? counted.took * 20 : 30_000)) {
		const began = Date.now();
		dirty = false;
		const [groups] = await Promise.all([
			products.documents
				.aggregate<{ _id: string | null; count: number }>([
					{ $match: { status: "active" } },
					{ $group: { _id: "$category", count: { $sum: 1 } } },
				])
				.toArray(),
			load(),
		]);
		counted = { at: Date.now(), took: Date.now() - began, counts: sumUp(groups) };
	}
	const { counts } = counted;
	return [...byId.values()]
		.sort((a, b) => a.path.length - b.path.length || compare(a.slug, b.slug))
		.map(({ _id, slug, title, path, parentId }) => ({
			id: _id,
			slug,
			title,
			path,
			parentId,
			count: counts.get(slug) ?? 0,
		}));
}

function sumUp(groups: { _id: string | null; count: number }[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { _id, count } of groups) {
		for (const slug of bySlug.get(_id ?? "")?.path ?? []) counts.set(slug, (counts.get(slug) ?? 0) + count);
	}
	return counts;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
