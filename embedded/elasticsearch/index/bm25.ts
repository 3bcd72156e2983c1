import { LENGTHS } from "./field-length.ts";

// BM25 with the parameters that Lucene and Elasticsearch have.
export const K1 = 1.2;
export const B = 0.75;

/** By the byte of a field's length: 1 / (k1 * (1 - b + b * length / average)). */
export function lengthFactors(average: number, norms: boolean): Float64Array {
	const factors = new Float64Array(256);
	for (let byte = 0; byte < 256; byte++)
		factors[byte] = 1 / (K1 * (1 - B + (B * (norms ? LENGTHS[byte]! : 1)) / average));
	return factors;
}
