import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import mongoose from "mongoose";
import type { RequestOptions } from "../bin/rest.ts";
import { hashOfLink } from "../runtime/chain.ts";
import type { ApiKey } from "../schemas/access.ts";
import type { AuditEntry } from "../schemas/audit.ts";
import { contracts } from "../schemas/index.ts";
import { SCOPES } from "../schemas/scopes.ts";
import { as, filled, type Goods, type Placed, type Problem, place, register, stocked } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";
import { ADMIN } from "./shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);
const ask = <T = Problem>(method: string, path: string, options?: RequestOptions) =>
	shop().client.request<T>(method, path, options);

let admin = "";
let adminId = "";
let goods: Goods;
test.serial.before(async () => {
	admin = await shop().admin();
	adminId = as<{ id: string }>(200, await ask("GET", "/v1/me", { accessToken: admin })).id;
	goods = await stocked(shop().client, admin);
});

/** Somebody whose role is made of these scopes. */
async function staff(...scopes: string[]) {
	const name = `role-${randomUUID().slice(0, 8)}`;
	as(201, await ask("POST", "/v1/admin/roles", { accessToken: admin, body: { name, scopes } }));
	const person = await register(shop().client);
	const path = `/v1/admin/users/${person.userId}`;
	as(200, await ask("PATCH", path, { accessToken: admin, body: { role: name } }));
	return { ...person, role: name };
}

async function key(...scopes: string[]): Promise<ApiKey & { secret: string }> {
	return as(201, await ask("POST", "/v1/admin/api-keys", { accessToken: admin, body: { name: "a program", scopes } }));
}

const refund = (id: string, accessToken: string, amount = 100) =>
	ask("POST", `/v1/admin/orders/${id}/refunds`, {
		accessToken,
		key: randomUUID(),
		body: { amount: { amount, currency: "USD" }, reason: "Scratched on its way to Ada" },
	});

async function log(query = ""): Promise<AuditEntry[]> {
	return as<{ data: AuditEntry[] }>(200, await ask("GET", `/v1/admin/audit?limit=100${query}`, { accessToken: admin }))
		.data;
}

/** Runs the command and answers what it said and how it ended. */
function audit(...args: string[]): Promise<{ code: number; out: string }> {
	const env = { ...process.env, ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };
	const command = [join(import.meta.dirname, "..", "bin", "audit.ts"), ...args, "--url", shop().url];
	return new Promise((resolve) =>
		execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
			resolve({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
		),
	);
}

const bought = async () => as<Placed>(201, await place(shop().client, await filled(shop().client, goods))).order;

test.serial("staff of the catalogue cannot refund, and can from the moment their role says so", async (t) => {
	const order = await bought();
	const clerk = await staff("catalog:write");
	const { status, body } = await refund(order.id, clerk.accessToken);
	t.is(status, 403);
	t.is(body.code, "forbidden");
	const change = { accessToken: admin, body: { scopes: ["catalog:write", "refunds:write"] } };
	as(200, await ask("PATCH", `/v1/admin/roles/${clerk.role}`, change));
	t.is((await refund(order.id, clerk.accessToken)).status, 201);
	const [denied] = (await log(`&actor=${clerk.userId}&action=order.refund`)).slice(-1);
	t.like(denied, { actor: { type: "user", id: clerk.userId }, target: order.id, outcome: "forbidden", changes: null });
});

test.serial("a key reaches what its scopes open, and nothing else", async (t) => {
	const order = await bought();
	const { secret, id } = await key("catalog:read");
	t.is((await ask("GET", "/v1/admin/promotions", { accessToken: secret })).status, 200);
	t.is((await refund(order.id, secret)).status, 403);
	for (const path of ["/v1/me", "/v1/me/orders", "/v1/me/addresses"])
		t.is((await ask("GET", path, { accessToken: secret })).status, 403, path);
	t.is((await ask("GET", `/v1/orders/${order.id}`, { accessToken: secret })).status, 404);
	t.is((await ask("GET", "/v1/products", { accessToken: secret })).status, 200);
	const denied = (await log(`&actor=${id}`)).reverse();
	t.deepEqual(
		denied.map(({ actor, action, outcome }) => [actor.type, action, outcome]),
		["order.refund", "user.me", "order.mine", "user.addresses"].map((action) => ["key", action, "forbidden"]),
	);
	as(204, await ask("DELETE", `/v1/admin/api-keys/${id}`, { accessToken: admin }));
	t.is((await ask("GET", "/v1/admin/promotions", { accessToken: secret })).status, 401);
});

test.serial("a key works at every route that asks for a scope", async (t) => {
	const { secret } = await key("catalog:read", "catalog:write");
	const { sku } = goods;
	as(200, await ask("PUT", `/v1/admin/inventory/${sku}`, { accessToken: secret, body: { onHand: 90 } }));
	const headers = { "Content-Type": "text/csv" };
	const body = `Title,Variant SKU,Variant Price\nOf a key,K-${randomUUID().slice(0, 8)},1.00\n`;
	as(202, await ask("POST", "/v1/admin/imports", { accessToken: secret, headers, body }));
	t.is((await ask("GET", "/v1/admin/exports/products", { accessToken: secret })).status, 200);
});

test.serial("a key with every scope gets past every route that asks for one, and past none of a person", async (t) => {
	const { secret } = await key(...SCOPES);
	for (const { name, route } of contracts) {
		if (!route || route.access === "anyone") continue;
		const path = route.path.replace(/:(\w+)/g, "no-$1");
		const body = route.method === "GET" || route.method === "DELETE" ? undefined : {};
		const answer = await ask(route.method, path, { accessToken: secret, body });
		if (route.access === "customer") t.is(answer.status, 403, name);
		else t.false([401, 403].includes(answer.status), `${name} ${answer.status}`);
	}
	const body = { name: "k", scopes: ["catalog:read"] };
	t.is((await ask("POST", "/v1/admin/api-keys", { accessToken: secret, body })).status, 403);
});

test.serial("two keys of one maker do not share answers by their Idempotency-Key", async (t) => {
	const keys = await Promise.all([key("roles:write"), key("roles:write")]);
	const ask_ = (accessToken: string, name: string) =>
		ask("POST", "/v1/admin/roles", { accessToken, key: "same", body: { name, scopes: [] } });
	const first = await ask_(keys[0]!.secret, "of-one");
	t.is(first.status, 201);
	t.is((await ask_(keys[1]!.secret, "of-two")).status, 201);
	t.is((await ask_(keys[0]!.secret, "of-one")).headers.get("idempotent-replayed"), "true");
});

test.serial(
	"a key that is asked for again with the same Idempotency-Key is the same, and no store can show it",
	async (t) => {
		const body = { name: "twice", scopes: ["audit:read"] };
		const make = () =>
			ask<ApiKey & { secret: string }>("POST", "/v1/admin/api-keys", { accessToken: admin, key: "twice", body });
		const first = await make();
		const again = await make();
		t.is(again.headers.get("idempotent-replayed"), "true");
		t.deepEqual(again.body, first.body);
		const { secret } = first.body;
		t.is((await ask("GET", "/v1/admin/audit", { accessToken: secret })).status, 200);
		const stores = await mongoose.createConnection(shop().settings.MONGODB_URL).asPromise();
		t.teardown(() => stores.close());
		for (const service of ["gateway", "user"]) {
			const database = stores.getClient().db(`${shop().settings.NAMESPACE}-${service}`);
			const names = (await database.listCollections().toArray()).map(({ name }) => name);
			t.true(names.length > 0);
			for (const name of names) {
				const text = JSON.stringify(await database.collection(name).find({}).toArray());
				t.false(text.includes(secret.slice(36)), `${service}.${name}`);
			}
		}
	},
);

test.serial("a role change, a refund and a price change are in the log, without a word of persons", async (t) => {
	const order = await bought();
	const clerk = await staff("catalog:write");
	const [variant] = goods.product.variants;
	const price = { amount: 1_500, currency: "USD" };
	const body = { title: "Ada's mug", variants: [{ id: variant?.id, sku: goods.sku, price }] };
	as(200, await ask("PATCH", `/v1/admin/products/${goods.product.id}`, { accessToken: clerk.accessToken, body }));
	t.is((await refund(order.id, admin)).status, 201);

	const rolesSet = await log(`&action=user.administer&target=${clerk.userId}`);
	const [done, intended] = rolesSet;
	t.is(rolesSet.length, 2);
	t.like(intended, { outcome: "intended", intent: null, changes: { role: clerk.role } });
	t.like(done, { outcome: "done", intent: intended?.ref, actor: { type: "user", id: adminId } });
	const [changed] = await log(`&action=product.update&target=${goods.product.id}`);
	t.like(changed, { outcome: "done", actor: { type: "user", id: clerk.userId } });
	t.deepEqual(changed?.changes, { "variants.sku": [goods.sku], "variants.price": [price] });
	const [money] = await log(`&action=order.refund&target=${order.id}`);
	t.deepEqual(money?.changes, { amount: { amount: 100, currency: "USD" } });
	t.notRegex(JSON.stringify(await log()), /Ada|Scratched|mug|@|sk_|Bearer|secret/);
});

test.serial("what fails is in the log with its code, what does not fit is not in it at all", async (t) => {
	const before = (await log())[0]?.seq ?? 0;
	t.is((await refund("ord_none", admin)).status, 404);
	const [outcome, intention] = await log();
	t.like(outcome, { outcome: "not_found", target: "ord_none", intent: intention?.ref });
	const bad = { accessToken: admin, body: { role: "ada@example.com" } };
	t.is((await ask("PATCH", "/v1/admin/users/usr_1", bad)).status, 422);
	t.is((await log())[0]?.seq, before + 2);
});

test.serial("the log is for those who hold audit:read", async (t) => {
	const clerk = await staff("users:read");
	t.is((await ask("GET", "/v1/admin/audit", { accessToken: clerk.accessToken })).status, 403);
	const reader = await staff("audit:read");
	t.is((await ask("GET", "/v1/admin/audit", { accessToken: reader.accessToken })).status, 200);
});

test.serial("an altered entry, a missing one and a cut end are found by npm run audit", async (t) => {
	const sound = await audit("verify");
	t.is(sound.code, 0, sound.out);
	const anchor = /--expect (\d+:[0-9a-f]{64})/.exec(sound.out)?.[1] as string;
	const head = Number(anchor.split(":")[0]);
	t.is((await audit("verify", "--expect", anchor)).code, 0);
	const listed = await audit("list", "--action", "order.refund", "--limit", "1");
	t.regex(listed.out, /order\.refund/);
	const { secret } = await key("audit:read");
	t.is((await audit("verify", "--token", secret)).code, 0);

	const stores = await mongoose.createConnection(shop().settings.MONGODB_URL).asPromise();
	t.teardown(() => stores.close());
	const entries = stores.getClient().db(`${shop().settings.NAMESPACE}-user`).collection("audit");
	const entry = (await entries.findOne({ action: "order.refund", outcome: "done" })) as never as AuditEntry;
	const set = ($set: object) => entries.updateOne({ seq: entry.seq }, { $set });
	await set({ changes: { amount: { amount: 1, currency: "USD" } } });
	const altered = await audit("verify");
	t.is(altered.code, 1);
	t.regex(altered.out, new RegExp(`entry ${entry.seq} was altered`));

	const { _id, rev, outbox, ...plain } = entry as never as Record<string, unknown> & { hash: string };
	const forged = { ...plain, changes: null };
	await set({ changes: null, hash: hashOfLink(forged as never) });
	t.regex((await audit("verify")).out, new RegExp(`entry ${entry.seq + 1} does not follow entry ${entry.seq}`));
	await set({ changes: entry.changes, hash: entry.hash });
	t.is((await audit("verify")).code, 0);

	const gone = await entries.findOneAndDelete({ seq: entry.seq });
	t.regex((await audit("verify")).out, new RegExp(`entry ${entry.seq} is missing`));
	await entries.insertOne(gone as never);
	await entries.deleteMany({ seq: { $gte: head } });
	const cut = await audit("verify", "--token", secret, "--expect", anchor);
	t.is(cut.code, 1);
	t.regex(cut.out, new RegExp(`entries ${head} to ${head} are missing: the end was cut off`));
	t.is((await audit("verify", "--expect", "12")).code, 1);
	t.is((await audit("mend")).code, 2);
});
