import type { Matches } from "../query/matches.ts";

/** The first `size` of `docs` in the order of `before(a, b) < 0`, sorted. Keeps a heap of them, as results are many and pages small. */
export function top(docs: Int32Array, size: number, before: (a: number, b: number) => number): Int32Array {
	if (size <= 0) return new Int32Array(0);
	if (docs.length <= size) return docs.slice().sort(before);
	const heap = docs.slice(0, size);
	for (let i = (size >> 1) - 1; i >= 0; i--) sink(heap, i, before);
	for (let i = size; i < docs.length; i++) {
		if (before(docs[i]!, heap[0]!) >= 0) continue;
		heap[0] = docs[i]!;
		sink(heap, 0, before);
	}
	return heap.sort(before);
}

/** The same by score, the earlier document first where it is equal. */
export function topScores(docs: Int32Array, size: number, { scores }: Matches): Int32Array {
	if (scores === null) return top(docs, size, (a, b) => a - b);
	return top(docs, size, (a, b) => scores[b]! - scores[a]! || a - b);
}

// The last in order stands on top.
function sink(heap: Int32Array, from: number, before: (a: number, b: number) => number): void {
	let at = from;
	const doc = heap[at]!;
	for (;;) {
		let child = at * 2 + 1;
		if (child >= heap.length) break;
		if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!) > 0) child++;
		if (before(heap[child]!, doc) <= 0) break;
		heap[at] = heap[child]!;
		at = child;
	}
	heap[at] = doc;
}
