// Lucene keeps a field's length in one byte, exact up to 40 terms: org.apache.lucene.util.SmallFloat.
const FREE = 24;

export function lengthToByte(length: number): number {
	return length < FREE ? length : FREE + toFloat(length - FREE);
}

/** What each byte stands for. */
export const LENGTHS = Float64Array.from({ length: 256 }, (_, byte) =>
	byte < FREE ? byte : FREE + fromFloat(byte - FREE),
);

function toFloat(value: number): number {
	const bits = 32 - Math.clz32(value);
	if (bits < 4) return value;
	const shift = bits - 4;
	return ((value >>> shift) & 7) | ((shift + 1) << 3);
}

function fromFloat(byte: number): number {
	const shift = (byte >>> 3) - 1;
	return shift === -1 ? byte & 7 : ((byte & 7) | 8) * 2 ** shift;
}
