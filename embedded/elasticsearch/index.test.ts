import { randomBytes } from "node:crypto";
import { Client, errors, type estypes } from "@elastic/elasticsearch";
import test, { type ExecutionContext } from "ava";
import { startElasticsearch } from "./index.ts";

// With ELASTICSEARCH_URL the same sentences are held against the original.
const URL = process.env.ELASTICSEARCH_URL;

const SETTINGS: estypes.IndicesIndexSettings = {
	number_of_replicas: 0,
	analysis: {
		analyzer: { shop: { type: "custom", tokenizer: "standard", filter: ["lowercase", "asciifolding", "plural"] } },
		filter: { plural: { type: "stemmer", language: "minimal_english" } },
		normalizer: { plain: { type: "custom", filter: ["lowercase"] } },
	},
};
const words = { type: "text", analyzer: "shop" } as const;
const MAPPINGS: estypes.MappingTypeMapping = {
	dynamic: "strict",
	properties: {
		id: { type: "keyword" },
		title: { ...words, fields: { raw: { type: "keyword", normalizer: "plain" } } },
		vendor: { ...words, fields: { raw: { type: "keyword" } } },
		tags: { type: "keyword" },
		price: { type: "long" },
		rating: { type: "double" },
		inStock: { type: "boolean" },
		createdAt: { type: "date" },
		product: { type: "object", enabled: false },
	},
};
const PRODUCTS = [
	{
		id: "a",
		title: "Red running boots",
		vendor: "Acme",
		tags: ["sport", "sale"],
		price: 5000,
		rating: 4.5,
		inStock: true,
	},
	{
		id: "b",
		title: "Blue running boot for rain",
		vendor: "Acme",
		tags: ["sport"],
		price: 7000,
		rating: 3,
		inStock: false,
	},
	{ id: "c", title: "Café table", vendor: "Möbel House", tags: ["home", "sale"], price: 25_000, inStock: true },
	{ id: "d", title: "Red table lamp", vendor: "Möbel House", tags: ["home"], price: 3000, rating: 5, inStock: true },
];

async function shop(t: ExecutionContext, mappings = MAPPINGS): Promise<{ client: Client; index: string }> {
	const server = URL === undefined ? await startElasticsearch() : null;
	const client = new Client({ node: URL ?? server!.url, maxRetries: 0 });
	const index = `t-${randomBytes(6).toString("hex")}`;
	t.teardown(async () => {
		await client.indices.delete({ index: `${index}`, ignore_unavailable: true }).catch(() => {});
		await client.close();
		await server?.close();
	});
	await client.indices.create({ index, settings: SETTINGS, mappings });
	return { client, index };
}

async function filled(t: ExecutionContext) {
	const { client, index } = await shop(t);
	const operations = PRODUCTS.flatMap((product) => [{ index: { _id: product.id } }, product]);
	t.false((await client.bulk({ index, operations, refresh: true })).errors);
	const ids = async (request: estypes.SearchRequest) =>
		(await client.search({ index, ...request })).hits.hits.map((hit) => hit._id);
	return { client, index, ids };
}

async function refused(
	t: ExecutionContext,
	work: Promise<unknown>,
): Promise<{ status: number; type: string; reason: string }> {
	const error = await t.throwsAsync(work, { instanceOf: errors.ResponseError });
	const body = error!.body as { status: number; error: { root_cause: { type: string; reason: string }[] } };
	return { status: body.status, ...body.error.root_cause[0]! };
}

test("the client takes it for Elasticsearch 9", async (t) => {
	const { client, index } = await shop(t);
	t.regex((await client.info()).version.number, /^9\./);
	t.is((await client.cluster.health({ index })).status, "green");
	t.true(await client.indices.exists({ index }));
	t.false(await client.indices.exists({ index: `${index}-not` }));
	const shown = await client.indices.getMapping({ index });
	t.deepEqual(shown[index]!.mappings.properties!.price, { type: "long" });
});

test("plurals and accents do not matter to a shopper", async (t) => {
	const { ids } = await filled(t);
	t.deepEqual(await ids({ query: { match: { title: "boots" } }, sort: ["id"] }), ["a", "b"]);
	t.deepEqual(await ids({ query: { match: { title: "cafe" } } }), ["c"]);
	t.deepEqual(await ids({ query: { match: { vendor: { query: "mobel houses", operator: "and" } } }, sort: ["id"] }), [
		"c",
		"d",
	]);
});

test("scores are those of Elasticsearch", async (t) => {
	const { client, index } = await filled(t);
	const score = async (query: estypes.QueryDslQueryContainer) =>
		(await client.search({ index, query })).hits.hits.map((hit) => [hit._id, Number(hit._score!.toFixed(4))]);
	const found = [
		await score({ match: { title: "red boot" } }),
		await score({
			multi_match: { query: "acme red boot", fields: ["title^3", "vendor^2"], type: "cross_fields", operator: "and" },
		}),
		await score({ match: { title: { query: "tabel", fuzziness: "AUTO" } } }),
		await score({ bool: { must: { term: { tags: "sale" } }, should: { match_phrase: { title: "running boots" } } } }),
	];
	t.deepEqual(found, [
		[
			["a", 1.4313],
			["d", 0.7157],
			["b", 0.568],
		],
		[["a", 5.8992]],
		[
			["c", 0.6581],
			["d", 0.5725],
		],
		[
			["a", 2.2339],
			["c", 0.8026],
		],
	]);
});

test("each word may stand in another field when fields are crossed", async (t) => {
	const { ids } = await filled(t);
	const query = (text: string) => ({
		multi_match: {
			query: text,
			fields: ["title^2", "vendor"],
			type: "cross_fields" as const,
			operator: "and" as const,
		},
	});
	t.deepEqual(await ids({ query: query("mobel lamp") }), ["d"]);
	t.deepEqual(await ids({ query: query("acme lamp") }), []);
});

test("a misspelt word and the beginning of one are found", async (t) => {
	const { ids } = await filled(t);
	t.deepEqual(await ids({ query: { match: { title: { query: "runnign", fuzziness: "AUTO" } } }, sort: ["id"] }), [
		"a",
		"b",
	]);
	t.deepEqual(
		await ids({ query: { multi_match: { query: "red ta", fields: ["title"], type: "bool_prefix", operator: "and" } } }),
		["d"],
	);
	t.deepEqual(await ids({ query: { match_phrase: { title: "table lamp" } } }), ["d"]);
	t.deepEqual(await ids({ query: { match_phrase: { title: "lamp table" } } }), []);
});

test("filters, ranges and missing values narrow the hits", async (t) => {
	const { ids, client, index } = await filled(t);
	const filter = [{ term: { inStock: true } }, { range: { price: { gte: 3000, lt: 25_000 } } }];
	t.deepEqual(await ids({ query: { bool: { filter } }, sort: ["id"] }), ["a", "d"]);
	t.deepEqual(await ids({ query: { bool: { must_not: { exists: { field: "rating" } } } } }), ["c"]);
	t.deepEqual(await ids({ query: { terms: { tags: ["home", "nothing"] } }, sort: ["id"] }), ["c", "d"]);
	t.deepEqual(await ids({ query: { term: { "title.raw": "CAFÉ table" } } }), ["c"]);
	t.deepEqual(await ids({ query: { ids: { values: ["b", "z"] } } }), ["b"]);
	t.is((await client.count({ index, query: { prefix: { "vendor.raw": "Mö" } } })).count, 2);
});

test("pages follow each other by search_after, whatever is equal", async (t) => {
	const { client, index } = await filled(t);
	const seen: string[] = [];
	let after: estypes.SortResults | undefined;
	for (;;) {
		const { hits } = await client.search({
			index,
			size: 1,
			sort: [{ rating: { order: "desc", missing: -1 } }, { id: "asc" }],
			...(after && { search_after: after }),
		});
		if (hits.hits.length === 0) break;
		seen.push(hits.hits[0]!._id!);
		after = hits.hits[0]!.sort;
	}
	t.deepEqual(seen, ["d", "a", "b", "c"]);
});

test("facets count what the query finds, hits what the post filter leaves", async (t) => {
	const { client, index } = await filled(t);
	const { hits, aggregations } = await client.search({
		index,
		query: { match: { title: "red table boot" } },
		post_filter: { term: { tags: "sale" } },
		aggs: {
			vendor: { terms: { field: "vendor.raw" } },
			price: { range: { field: "price", ranges: [{ to: 5000 }, { from: 5000, to: 10_000 }, { from: 10_000 }] } },
			sport: {
				filter: { term: { tags: "sport" } },
				aggs: { cheapest: { min: { field: "price" } }, tags: { terms: { field: "tags" } } },
			},
		},
	});
	t.is((hits.total as estypes.SearchTotalHits).value, 2);
	t.deepEqual(JSON.parse(JSON.stringify(aggregations)), {
		vendor: {
			doc_count_error_upper_bound: 0,
			sum_other_doc_count: 0,
			buckets: [
				{ key: "Acme", doc_count: 2 },
				{ key: "Möbel House", doc_count: 2 },
			],
		},
		price: {
			buckets: [
				{ key: "*-5000.0", to: 5000, doc_count: 1 },
				{ key: "5000.0-10000.0", from: 5000, to: 10_000, doc_count: 2 },
				{ key: "10000.0-*", from: 10_000, doc_count: 1 },
			],
		},
		sport: {
			doc_count: 2,
			cheapest: { value: 5000 },
			tags: {
				doc_count_error_upper_bound: 0,
				sum_other_doc_count: 0,
				buckets: [
					{ key: "sport", doc_count: 2 },
					{ key: "sale", doc_count: 1 },
				],
			},
		},
	});
});

test("the source comes back as it was stored, or the part that is asked for", async (t) => {
	const { client, index } = await shop(t);
	const stored = { id: "p", title: "x", product: { anything: [1, { deep: "é" }] } };
	await client.index({ index, id: "p", document: stored, refresh: true });
	t.deepEqual((await client.get({ index, id: "p" }))._source, stored);
	t.deepEqual((await client.search({ index, _source: ["product"] })).hits.hits[0]!._source, {
		product: stored.product,
	});
	t.is((await client.search({ index, _source: false })).hits.hits[0]!._source, undefined);
	const { docs } = await client.mget({ index, ids: ["p", "q"] });
	t.deepEqual(
		docs.map((doc) => "found" in doc && doc.found),
		[true, false],
	);
});

test("of changes that come out of order the newest stays", async (t) => {
	const { client, index } = await shop(t);
	const put = (version: number, title: string) => ({
		index,
		operations: [{ index: { _id: "p", version, version_type: "external" as const } }, { id: "p", title }],
		refresh: true,
	});
	t.false((await client.bulk(put(5, "fifth"))).errors);
	const late = await client.bulk(put(4, "fourth"));
	t.is(late.items[0]!.index!.status, 409);
	t.is(late.items[0]!.index!.error!.type, "version_conflict_engine_exception");
	const removed = await client.bulk({
		index,
		operations: [{ delete: { _id: "p", version: 7, version_type: "external" } }],
		refresh: true,
	});
	t.is(removed.items[0]!.delete!.status, 200);
	t.is((await client.bulk(put(6, "sixth"))).items[0]!.index!.status, 409);
	t.is((await client.count({ index })).count, 0);
	t.is((await client.bulk(put(8, "eighth"))).items[0]!.index!.status, 201);
	t.is((await client.get({ index, id: "p" }))._version, 8);
});

test("one bad item of a bulk leaves the others alone", async (t) => {
	const { client, index } = await shop(t);
	const operations = [
		{ index: { _id: "1" } },
		{ id: "1", title: "one" },
		{ index: { _id: "2" } },
		{ id: "2", price: "much" },
		{ index: { _id: "3" } },
		{ id: "3", unheard: true },
		{ create: { _id: "1" } },
		{ id: "1" },
		{ update: { _id: "1" } },
		{ doc: { price: 12 } },
		{ update: { _id: "9" } },
		{ doc: { price: 12 } },
		{ delete: { _id: "8" } },
	];
	const { errors: failed, items } = await client.bulk({ index, operations, refresh: true });
	t.true(failed);
	t.deepEqual(
		items.map((item) => Object.values(item)[0]!).map(({ status, error }) => [status, error?.type]),
		[
			[201, undefined],
			[400, "document_parsing_exception"],
			[400, "strict_dynamic_mapping_exception"],
			[409, "version_conflict_engine_exception"],
			[200, undefined],
			[404, "document_missing_exception"],
			[404, undefined],
		],
	);
	t.deepEqual((await client.get({ index, id: "1" }))._source, { id: "1", title: "one", price: 12 });
});

test("an alias moves from one index to the next in one step", async (t) => {
	const { client, index } = await filled(t);
	const [alias, next] = [`${index}-alias`, `${index}-next`];
	t.teardown(() => client.indices.delete({ index: next }).catch(() => {}));
	await client.indices.create({ index: next, mappings: MAPPINGS, settings: SETTINGS });
	await client.indices.updateAliases({ actions: [{ add: { index, alias } }] });
	t.is((await client.count({ index: alias })).count, 4);
	await client.indices.updateAliases({ actions: [{ remove: { index, alias } }, { add: { index: next, alias } }] });
	t.is((await client.count({ index: alias })).count, 0);
	t.deepEqual(Object.keys(await client.indices.getAlias({ name: alias })), [next]);
	t.true(await client.indices.existsAlias({ name: alias }));
	t.is((await refused(t, client.indices.delete({ index: alias }))).type, "illegal_argument_exception");
});

test("what a query finds can be deleted", async (t) => {
	const { client, index, ids } = await filled(t);
	t.is((await client.deleteByQuery({ index, query: { term: { tags: "sport" } }, refresh: true })).deleted, 2);
	t.deepEqual(await ids({ sort: ["id"] }), ["c", "d"]);
});

test("a wrong request is refused as Elasticsearch does", async (t) => {
	const { client, index } = await filled(t);
	t.deepEqual(await refused(t, client.search({ index: "nowhere" })).then(({ status, type }) => [status, type]), [
		404,
		"index_not_found_exception",
	]);
	t.is(
		(await refused(t, client.search({ index, query: { match: { title: { query: "x", wrong: 1 } as never } } }))).reason,
		"[match] query does not support [wrong]",
	);
	t.is((await refused(t, client.search({ index, query: { term: { price: "cheap" } } }))).type, "query_shard_exception");
	t.is((await refused(t, client.search({ index, sort: ["unheard"] }))).type, "query_shard_exception");
	t.regex((await refused(t, client.search({ index, sort: ["title"] }))).reason, /^Fielddata is disabled on \[title\]/);
	t.regex((await refused(t, client.indices.create({ index }))).type, /resource_already_exists_exception/);
});

test("documents survive that a third of them is replaced", async (t) => {
	const { client, index } = await shop(t);
	const round = (n: number) =>
		Array.from({ length: 900 }, (_, i) => [
			{ index: { _id: `${i}` } },
			{ id: `${i}`, title: `item ${i} round ${n}`, price: i },
		]).flat();
	for (let n = 0; n < 5; n++) await client.bulk({ index, operations: round(n), refresh: true });
	const { hits } = await client.search({
		index,
		query: { match: { title: { query: "item 77 round 4", operator: "and" } } },
	});
	t.deepEqual(
		hits.hits.map((hit) => hit._id),
		["77"],
	);
	t.is((await client.count({ index, query: { match: { title: "3" } } })).count, 1);
	t.is((await client.count({ index, query: { match_phrase: { title: "round 4" } } })).count, 900);
	t.is((await client.count({ index, query: { range: { price: { lt: 10 } } } })).count, 10);
});

if (URL === undefined) {
	test("what is not supported is refused by its name, never answered wrongly", async (t) => {
		const { client, index } = await filled(t);
		const reason = async (work: Promise<unknown>) => (await refused(t, work)).reason;
		t.is(
			await reason(client.search({ index, query: { more_like_this: { like: "x" } } })),
			"[query more_like_this] is not supported by the embedded server",
		);
		t.is(
			await reason(client.search({ index, highlight: { fields: { title: {} } } })),
			"[search.highlight] is not supported by the embedded server",
		);
		t.is(
			await reason(client.search({ index, aggs: { a: { significant_terms: { field: "tags" } } } })),
			"[aggregation significant_terms] is not supported by the embedded server",
		);
		t.is(
			await reason(client.search({ index, query: { match_phrase: { title: { query: "red shoes", slop: 2 } } } })),
			"[slop] is not supported by the embedded server",
		);
		t.is(
			await reason(client.reindex({ source: { index }, dest: { index: "x" } })),
			"[POST /_reindex] is not supported by the embedded server",
		);
		t.is(
			await reason(client.indices.create({ index: "y", mappings: { properties: { at: { type: "geo_point" } } } })),
			"[field type [geo_point] of [at]] is not supported by the embedded server",
		);
		const analysis = { analyzer: { a: { type: "custom" as const, tokenizer: "standard", filter: ["phonetic"] } } };
		t.is(
			await reason(client.indices.create({ index: "y", settings: { analysis } })),
			"failed to find filter under name [phonetic]",
		);
		t.is(
			await reason(client.search({ index: `${index},other` })),
			`[a request over several indices, as by ${index},other,] is not supported by the embedded server`,
		);
	});
}
