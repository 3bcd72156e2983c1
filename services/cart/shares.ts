/** `amount * numerator / denominator`, half up, exact above 2^53 as well; all three are whole and not negative. */
export function portion(amount: number, numerator: number, denominator: number): number {
	const product = amount * numerator;
	if (product <= Number.MAX_SAFE_INTEGER / 4) return Math.floor((2 * product + denominator) / (2 * denominator));
	const exact = BigInt(amount) * BigInt(numerator);
	return Number((2n * exact + BigInt(denominator)) / (2n * BigInt(denominator)));
}

/**
 * Splits an amount in proportion to weights, by largest remainder: the parts are whole and sum to the amount; among equal
 * remainders the first gets more. With no weight at all, the first part gets everything.
 */
export function split(amount: number, weights: readonly number[]): number[] {
	const sum = weights.reduce((total, weight) => total + weight, 0);
	if (sum === 0) return weights.map((_weight, index) => (index === 0 ? amount : 0));
	const parts: number[] = [];
	const remainders: { index: number; remainder: number }[] = [];
	let left = amount;
	for (const [index, weight] of weights.entries()) {
		const [part, remainder] = divided(amount, weight, sum);
		parts.push(part);
		left -= part;
		if (remainder > 0) remainders.push({ index, remainder });
	}
	remainders.sort((a, b) => b.remainder - a.remainder || a.index - b.index);
	for (const { index } of remainders.slice(0, left)) parts[index]!++;
	return parts;
}

function divided(amount: number, weight: number, sum: number): [part: number, remainder: number] {
	const product = amount * weight;
	if (product <= Number.MAX_SAFE_INTEGER) return [Math.floor(product / sum), product % sum];
	const exact = BigInt(amount) * BigInt(weight);
	return [Number(exact / BigInt(sum)), Number(exact % BigInt(sum))];
}
