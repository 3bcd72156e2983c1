const WINDOW = 25;
const FEW = 16;

/** How long a commit may wait for company, in milliseconds. */
export const PATIENCE = 4;

/**
 * How many writers there are at present, told by the connections that wrote in the last window of 25 ms. With many it pays to wait
 * for a few of them before a sync, as a sync costs as much processor time as two or three writes; a lone writer never waits.
 */
export class Gather {
	#since = 0;
	#width = 0;
	readonly #seen = new Set<number>();

	/** A connection wrote. */
	note(connection: number, now: number): void {
		if (now - this.#since > WINDOW) {
			this.#width = now - this.#since > 2 * WINDOW ? 0 : this.#seen.size;
			this.#seen.clear();
			this.#since = now;
		}
		this.#seen.add(connection);
	}

	/** How many writes are worth a sync of their own. */
	get enough(): number {
		const width = Math.max(this.#width, this.#seen.size);
		return width < FEW ? 0 : Math.min(16, Math.floor(width / 4));
	}
}
