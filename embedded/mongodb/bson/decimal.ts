import { Decimal128, type Double } from "./types.ts";

/** A finite decimal: `coefficient * 10 ** exponent`. */
export type Exact = { coefficient: bigint; exponent: number };

/** The exact value of a number, or undefined for NaN and the infinities. */
export function exact(value: number | bigint | Double | Decimal128): Exact | undefined {
	if (typeof value === "bigint") return { coefficient: value, exponent: 0 };
	if (value instanceof Decimal128) return parse(value.toString());
	const number = typeof value === "number" ? value : value.value;
	if (!Number.isFinite(number)) return undefined;
	if (Number.isInteger(number)) return { coefficient: BigInt(number), exponent: 0 };
	// A binary fraction m / 2^k is m * 5^k / 10^k, which is a finite decimal.
	let shift = 0;
	let scaled = number;
	while (!Number.isInteger(scaled)) {
		scaled *= 2;
		shift++;
	}
	return { coefficient: BigInt(scaled) * 5n ** BigInt(shift), exponent: -shift };
}

function parse(text: string): Exact | undefined {
	const match = /^(-?)(\d+)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(text);
	if (!match) return undefined;
	const [, sign, whole, fraction = "", exponent = "0"] = match;
	const coefficient = BigInt(whole + fraction);
	return { coefficient: sign ? -coefficient : coefficient, exponent: Number(exponent) - fraction.length };
}

/** -1, 0 or 1. */
export function compareExact(a: Exact, b: Exact): number {
	const signA = a.coefficient === 0n ? 0 : a.coefficient < 0n ? -1 : 1;
	const signB = b.coefficient === 0n ? 0 : b.coefficient < 0n ? -1 : 1;
	if (signA !== signB) return signA < signB ? -1 : 1;
	if (signA === 0) return 0;
	const exponent = Math.min(a.exponent, b.exponent);
	const left = a.coefficient * 10n ** BigInt(a.exponent - exponent);
	const right = b.coefficient * 10n ** BigInt(b.exponent - exponent);
	return left < right ? -1 : left > right ? 1 : 0;
}

/** The sum or the product of two numbers of which one is a Decimal128, rounded to its 34 digits. */
export function decimalArithmetic(
	op: "+" | "*",
	a: number | bigint | Double | Decimal128,
	b: number | bigint | Double | Decimal128,
): Decimal128 {
	const x = exact(a);
	const y = exact(b);
	if (!x || !y) {
		const [p, q] = [Number(a.toString()), Number(b.toString())];
		return Decimal128.fromString(String(op === "+" ? p + q : p * q));
	}
	if (op === "*") return toDecimal({ coefficient: x.coefficient * y.coefficient, exponent: x.exponent + y.exponent });
	const exponent = Math.min(x.exponent, y.exponent);
	const left = x.coefficient * 10n ** BigInt(x.exponent - exponent);
	const right = y.coefficient * 10n ** BigInt(y.exponent - exponent);
	return toDecimal({ coefficient: left + right, exponent });
}

function toDecimal({ coefficient, exponent }: Exact): Decimal128 {
	return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}
