const KEPT = 64;

/**
 * Buffers of one number for each document, used again by every search: making them anew costs more than most queries. What was
 * taken is good until `begin`, so a search must be over (as JSON text) before the next one begins.
 */
export class Scratch {
	private readonly capacity: number;
	private readonly bytes: Uint8Array[] = [];
	private readonly floats: Float32Array[] = [];
	private readonly integers: Int32Array[] = [];
	private taken = { bytes: 0, floats: 0, integers: 0 };

	constructor(capacity: number) {
		this.capacity = capacity;
	}

	begin(): void {
		this.taken = { bytes: 0, floats: 0, integers: 0 };
	}

	/** All 0. */
	bits(max: number): Uint8Array {
		const at = this.taken.bytes++;
		const kept = this.bytes[at] ?? new Uint8Array(this.capacity);
		if (at < KEPT) this.bytes[at] = kept;
		return kept.fill(0).subarray(0, max);
	}

	/** Of any content. */
	scores(): Float32Array {
		const at = this.taken.floats++;
		const kept = this.floats[at] ?? new Float32Array(this.capacity);
		if (at < KEPT) this.floats[at] = kept;
		return kept;
	}

	/** Of any content. */
	docs(): Int32Array {
		const at = this.taken.integers++;
		const kept = this.integers[at] ?? new Int32Array(this.capacity);
		if (at < KEPT) this.integers[at] = kept;
		return kept;
	}
}
