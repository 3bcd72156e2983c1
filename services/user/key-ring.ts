import { LRUCache } from "lru-cache";
import { codeOf, fail } from "../../runtime/errors.ts";
import type { Collection } from "../../runtime/store/collection.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import { begun, isOwnKid, type KeyRingState, newSigningKey, rotated, type SigningKey, usable } from "./signing-keys.ts";

const RING = "signing";

/** One node's view of the keys in the store. */
export class KeyRing {
	readonly #store: Pick<Collection<KeyRingState>, "find" | "insert" | "change">;
	readonly #changed: () => void;
	#keys: SigningKey[] = [];
	#looking: Promise<void> | null = null;
	/** Ids that were looked for and are not there: keys of long ago. */
	readonly #gone = new LRUCache<string, true>({ max: 1_000, ttl: 60_000 });

	/** @param changed hears when the keys are others than before */
	constructor(store: Pick<Collection<KeyRingState>, "find" | "insert" | "change">, changed: () => void = () => {}) {
		this.#store = store;
		this.#changed = changed;
	}

	/** Reads the keys, and makes the first one of a shop. */
	async open(): Promise<void> {
		const key = newSigningKey(new Date());
		for (;;) {
			try {
				this.#adopt(await this.#store.change(RING, (ring) => ({ state: begun(ring, key, new Date()) })));
				return;
			} catch (error) {
				if (codeOf(error) !== "not_found") throw error;
			}
			try {
				await this.#store.insert({ id: RING, keys: [key] });
			} catch (error) {
				if (!(error instanceof DuplicateKeyError)) throw error;
			}
		}
	}

	/** All that can be used, the oldest first. */
	get keys(): readonly SigningKey[] {
		return this.#keys;
	}

	/** The one that signs. @throws unavailable before there is one */
	get signing(): SigningKey {
		const key = this.#signing;
		if (!key) throw fail("unavailable", {}, "The keys are not there yet");
		return key;
	}

	get #signing(): SigningKey | undefined {
		return this.#keys.findLast(({ retiredAt }) => retiredAt === null);
	}

	/**
	 * The key of an id; one that this shop made and this node has not seen is looked for.
	 * @returns null where there is none
	 * @throws unavailable when the store does not answer
	 */
	async find(kid: unknown): Promise<SigningKey | null> {
		const known = this.#keys.find((key) => key.kid === kid);
		if (known || !isOwnKid(kid) || this.#gone.has(kid)) return known ?? null;
		await this.look().catch(() => {
			throw fail("unavailable", {}, "The keys cannot be read");
		});
		const found = this.#keys.find((key) => key.kid === kid) ?? null;
		if (!found) this.#gone.set(kid, true);
		return found;
	}

	/** Reads the keys anew; who asks meanwhile waits for the same look. */
	look(): Promise<void> {
		this.#looking ??= this.#store
			.find(RING)
			.then((ring) => {
				if (ring) this.#adopt(ring);
				// Nodes with another TOKEN_SECRET may have replaced what this one can open.
				if (!this.#signing) return this.open();
			})
			.finally(() => {
				this.#looking = null;
			});
		return this.#looking;
	}

	async rotate(revoke: boolean): Promise<void> {
		const key = newSigningKey(new Date());
		this.#adopt(await this.#store.change(RING, (ring) => ({ state: rotated(ring, key, revoke, new Date()) })));
	}

	#adopt(ring: KeyRingState): void {
		const keys = usable(ring, new Date());
		const seen = (all: readonly SigningKey[]) => all.map(({ kid, retiredAt }) => `${kid} ${retiredAt}`).join();
		const differ = seen(keys) !== seen(this.#keys);
		this.#keys = keys;
		if (differ) this.#changed();
	}
}
