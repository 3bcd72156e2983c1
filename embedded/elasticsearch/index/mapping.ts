import type { Analyzer } from "../analysis/analyzer.ts";
import type { Analysis } from "../analysis/registry.ts";
import { type Json, list, number, object, text } from "../body.ts";
import { ElasticError, unsupported } from "../errors.ts";

export type FieldType =
	| "text"
	| "keyword"
	| "boolean"
	| "date"
	| "double"
	| "float"
	| "long"
	| "integer"
	| "short"
	| "byte";

/** A field that can be searched: a leaf of the mapping, or one of a leaf's `fields`. */
export type Field = {
	id: number;
	name: string;
	type: FieldType;
	/** Of text: how it is cut into terms, when it is stored and when it is asked for. */
	analyzer: Analyzer;
	searchAnalyzer: Analyzer;
	norms: boolean;
	positions: boolean;
	/** Of keyword. */
	normalize: ((value: string) => string) | null;
	ignoreAbove: number;
	index: boolean;
	docValues: boolean;
};

/** A place in a document: the fields its value goes to, and the places below it. */
export type Place = { fields: Field[]; below: Map<string, Place> | null; enabled: boolean; dynamic: Dynamic };
/** `true` maps nothing here: a field that is not mapped is refused, with a reason of its own. */
export type Dynamic = "strict" | "false" | "true";
export type Mapping = { root: Place; fields: Map<string, Field>; list: Field[]; source: Json };

const NUMERIC = ["double", "float", "long", "integer", "short", "byte"];
const COMMON = ["type", "index", "doc_values", "copy_to", "fields", "meta", "store"];
const OWN: Record<string, string[]> = {
	text: ["analyzer", "search_analyzer", "norms", "index_options", "index_prefixes"],
	keyword: ["normalizer", "ignore_above", "norms"],
	boolean: [],
	date: ["format"],
};
const DATE_FORMATS = [
	"strict_date_optional_time||epoch_millis",
	"strict_date_optional_time",
	"epoch_millis",
	"date_optional_time",
];

/** Reads `mappings`; what this server would treat otherwise than Elasticsearch is refused by name. */
export function mappingOf(source: Json, analysis: Analysis): Mapping {
	const builder = {
		analysis,
		fields: new Map<string, Field>(),
		list: [] as Field[],
		copies: [] as [Place, string[]][],
	};
	for (const key in source)
		if (!["properties", "dynamic", "_meta", "_source"].includes(key)) throw unsupported(`mappings.${key}`);
	if (source._source !== undefined && Object.keys(object(source._source, "_source")).length > 0)
		throw unsupported("mappings._source");
	const root = placeOf(builder, "", source, "true");
	for (const [place, targets] of builder.copies)
		for (const target of targets) {
			const field = builder.fields.get(target);
			if (!field) throw mapperError(`copy_to target [${target}] is not mapped, which the embedded server asks for`);
			place.fields.push(field);
		}
	return { root, fields: builder.fields, list: builder.list, source };
}

type Builder = { analysis: Analysis; fields: Map<string, Field>; list: Field[]; copies: [Place, string[]][] };

function placeOf(builder: Builder, path: string, source: Json, inherited: string): Place {
	const dynamic = String(source.dynamic ?? inherited);
	if (dynamic !== "strict" && dynamic !== "false" && dynamic !== "true") throw unsupported(`dynamic [${dynamic}]`);
	const below = new Map<string, Place>();
	for (const [name, entry] of Object.entries(object(source.properties ?? {}, "properties"))) {
		const own = object(entry, name);
		const full = path === "" ? name : `${path}.${name}`;
		below.set(
			name,
			own.type === undefined || own.type === "object"
				? objectPlace(builder, full, own, dynamic)
				: leaf(builder, full, own),
		);
	}
	return { fields: [], below, enabled: true, dynamic };
}

function objectPlace(builder: Builder, path: string, own: Json, dynamic: string): Place {
	for (const key in own)
		if (!["type", "properties", "dynamic", "enabled"].includes(key)) throw unsupported(`${key} of object [${path}]`);
	const place = placeOf(builder, path, own, dynamic);
	if (own.enabled === false || own.enabled === "false") place.enabled = false;
	return place;
}

function leaf(builder: Builder, path: string, own: Json): Place {
	const place: Place = { fields: [addField(builder, path, own)], below: null, enabled: true, dynamic: "strict" };
	for (const [name, entry] of Object.entries(object(own.fields ?? {}, "fields"))) {
		const sub = object(entry, name);
		if (sub.fields !== undefined || sub.copy_to !== undefined)
			throw mapperError(`[${path}.${name}] may not have fields or copy_to`);
		place.fields.push(addField(builder, `${path}.${name}`, sub));
	}
	if (own.copy_to !== undefined) builder.copies.push([place, list(own.copy_to).map((name) => text(name, "copy_to"))]);
	return place;
}

function addField(builder: Builder, name: string, own: Json): Field {
	const type = text(own.type, `${name}.type`);
	const numeric = NUMERIC.includes(type);
	if (!numeric && !(type in OWN)) throw unsupported(`field type [${type}] of [${name}]`);
	const allowed = [...COMMON, ...(OWN[type] ?? [])];
	for (const key in own)
		if (!allowed.includes(key))
			throw mapperError(
				`unknown parameter [${key}] on mapper [${name}] of type [${type}], or not supported by the embedded server`,
			);
	if (own.store === true || own.index_prefixes !== undefined) throw unsupported(`store or index_prefixes of [${name}]`);
	if (own.format !== undefined && !DATE_FORMATS.includes(String(own.format)))
		throw unsupported(`date format [${own.format}]`);
	const analyzer = builder.analysis.analyzer(text(own.analyzer ?? "standard", `${name}.analyzer`));
	const options = own.index_options ?? "positions";
	if (options !== "positions" && options !== "freqs") throw unsupported(`index_options [${options}]`);
	const field: Field = {
		id: builder.list.length,
		name,
		type: type as FieldType,
		analyzer,
		searchAnalyzer:
			own.search_analyzer === undefined ? analyzer : builder.analysis.analyzer(String(own.search_analyzer)),
		norms: type === "text" && own.norms !== false,
		positions: options === "positions",
		normalize: own.normalizer === undefined ? null : builder.analysis.normalizer(String(own.normalizer)),
		ignoreAbove:
			own.ignore_above === undefined ? Number.MAX_SAFE_INTEGER : number(own.ignore_above, `${name}.ignore_above`),
		index: own.index !== false,
		docValues: own.doc_values !== false,
	};
	builder.fields.set(name, field);
	builder.list.push(field);
	return field;
}

function mapperError(reason: string): ElasticError {
	return new ElasticError(400, "mapper_parsing_exception", reason);
}
