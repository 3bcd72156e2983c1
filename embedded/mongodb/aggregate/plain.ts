import { Binary, BSONRegExp, type Doc, Double, isDocument, setField } from "../bson/types.ts";
import { NotSupported } from "../errors.ts";

// mingo compares, hashes and groups values of its own classes by toString, so these bytes need one that tells all apart.
class HexBinary extends Binary {
	override toString(): string {
		return `${this.sub_type}:${Buffer.from(this.buffer.subarray(0, this.position)).toString("hex")}`;
	}
}

/** The value as mingo takes it: every int32, int64 and double is a JS number. Throws 238 for an int64 beyond 2^53. */
export function toPlain(value: unknown): unknown {
	if (typeof value === "bigint") {
		const number = Number(value);
		if (!Number.isSafeInteger(number)) throw new NotSupported("an aggregation expression over an int64 beyond 2^53");
		return number;
	}
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(toPlain);
	if (isDocument(value)) {
		const doc: Doc = {};
		for (const name of Object.keys(value)) setField(doc, name, toPlain(value[name]));
		return doc;
	}
	if (value instanceof Double) return value.value;
	if (value instanceof BSONRegExp) return new RegExp(value.pattern, value.options.replace(/[^ims]/g, ""));
	if (value instanceof Binary) return new HexBinary(value.buffer.subarray(0, value.position), value.sub_type);
	return value;
}

/** mingo's result as this server holds values: a whole number beyond int32 becomes an int64. */
export function fromPlain(value: unknown): unknown {
	if (typeof value === "number") {
		if (!Number.isInteger(value) || (value | 0) === value) return value;
		return Number.isSafeInteger(value) ? BigInt(value) : new Double(value);
	}
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map((item) => fromPlain(item) ?? null);
	if (value instanceof RegExp) return new BSONRegExp(value.source, value.flags.replace(/[^ims]/g, ""));
	if (!isDocument(value)) return value;
	const doc: Doc = {};
	for (const name of Object.keys(value)) {
		const item = fromPlain(value[name]);
		if (item !== undefined) setField(doc, name, item);
	}
	return doc;
}
