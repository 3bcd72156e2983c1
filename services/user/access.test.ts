import test, { type ExecutionContext } from "ava";
import mongoose from "mongoose";
import type { Meta } from "../../runtime/action.ts";
import {
	authenticateKey,
	createApiKey,
	createRole,
	getRole,
	getUser,
	listApiKeys,
	listRoles,
	listUsers,
	removeRole,
	revokeApiKey,
	updateRole,
} from "../../schemas/access.ts";
import { SCOPES, type Scope } from "../../schemas/scopes.ts";
import { administerUser, authenticate, ensureAdministrator, login } from "../../schemas/user.ts";
import { whileOthersAdminister } from "./administrators.ts";
import { secretFor } from "./api-keys.ts";
import { type Office, PASSWORD, withOffice } from "./testing.ts";

let office: Office;
let chief: Meta;
withOffice(test, async (opened) => {
	office = opened;
	await office.ask(ensureAdministrator, { email: "chief@shop.test", password: PASSWORD });
	chief = await office.as(await signIn("chief@shop.test"));
});

const refused = async (t: ExecutionContext, type: string, promise: Promise<unknown>) =>
	t.like(await t.throwsAsync(promise), { type });

/** Here nobody has a second factor, so that signing in is one step. */
async function signIn(email: string) {
	const session = await office.ask(login, { email, password: PASSWORD });
	if (!("accessToken" in session)) throw new Error("signing in asks for more than a password");
	return session;
}

let made = 0;
/** A role of its own, made by the chief. */
async function role(...scopes: Scope[]) {
	const name = `role-${++made}`;
	return office.ask(createRole, { name, scopes }, chief);
}

/** Somebody of the staff with a role of these scopes. */
async function staff(...scopes: Scope[]) {
	const person = await office.person();
	const { name } = await role(...scopes);
	await office.ask(administerUser, { id: person.user.id, role: name }, chief);
	return { ...person, id: person.user.id, role: name, meta: () => office.as(person) };
}

/** Another administrator. */
async function deputy() {
	const person = await office.person();
	await office.ask(administerUser, { id: person.user.id, role: "administrator" }, chief);
	return { id: person.user.id, meta: () => office.as(person) };
}

test.serial("an administrator makes a role of scopes, and whoever has it holds exactly those", async (t) => {
	const clerk = await staff("catalog:read", "orders:read");
	t.deepEqual((await clerk.meta()).scopes, ["catalog:read", "orders:read"]);
	t.like(await office.ask(getRole, { name: clerk.role }, chief), { builtIn: false, version: 1, description: "" });
	const { data } = await office.ask(listRoles, { limit: 100 }, chief);
	t.deepEqual(
		data.slice(0, 2).map(({ name, builtIn }) => [name, builtIn]),
		[
			["customer", true],
			["administrator", true],
		],
	);
	t.true(data.some(({ name }) => name === clerk.role));
	t.deepEqual(data[1]?.scopes, [...SCOPES]);
	await refused(t, "role_taken", office.ask(createRole, { name: clerk.role, scopes: [] }, chief));
	await refused(t, "role_taken", office.ask(createRole, { name: "administrator", scopes: [] }, chief));
	await refused(t, "not_found", office.ask(getRole, { name: "nobody" }, chief));
	await refused(t, "validation_failed", office.ask(createRole, { name: "x-1", scopes: ["all" as never] }, chief));
});

test.serial("a changed role counts at once, without another sign-in", async (t) => {
	const clerk = await staff("catalog:read");
	await office.ask(updateRole, { name: clerk.role, scopes: ["catalog:read", "catalog:write"] }, chief);
	t.deepEqual((await clerk.meta()).scopes, ["catalog:read", "catalog:write"]);
	await office.ask(updateRole, { name: clerk.role, scopes: [] }, chief);
	t.deepEqual((await clerk.meta()).scopes, []);
	const stale = { ...chief, ifMatch: 1 };
	await refused(t, "precondition_failed", office.ask(updateRole, { name: clerk.role, scopes: [] }, stale));
});

test.serial("a role, an account and a key that another node changed count at once here", async (t) => {
	const clerk = await staff("catalog:read");
	const { secret, id } = await office.ask(createApiKey, { name: "k", scopes: ["catalog:read"] }, chief);
	t.deepEqual((await clerk.meta()).scopes, ["catalog:read"]);
	await office.ask(authenticateKey, { secret });
	// What another node writes: straight into the store, past all that this node remembers.
	const other = await mongoose.createConnection(office.settings.MONGODB_URL).asPromise();
	t.teardown(() => other.close());
	const database = other.getClient().db(`${office.node.settings.NAMESPACE}-user`);
	const write = (store: string, _id: string, $set: object) =>
		database.collection(store).updateOne({ _id } as never, { $set, $inc: { rev: 1 } });
	await write("roles", clerk.role, { scopes: ["orders:read"] });
	t.deepEqual((await clerk.meta()).scopes, ["orders:read"]);
	await write("api-keys", id, { revokedAt: new Date().toISOString() });
	await refused(t, "invalid_token", office.ask(authenticateKey, { secret }));
	await write("users", clerk.id, { disabled: true });
	await refused(t, "invalid_token", office.ask(authenticate, { token: clerk.accessToken }));
});

test.serial("a role in use cannot be removed, one that is built in neither changed nor removed", async (t) => {
	const clerk = await staff("catalog:read");
	await refused(t, "role_in_use", office.ask(removeRole, { name: clerk.role }, chief));
	await office.ask(administerUser, { id: clerk.id, role: "customer" }, chief);
	await office.ask(removeRole, { name: clerk.role }, chief);
	await refused(t, "not_found", office.ask(removeRole, { name: clerk.role }, chief));
	await refused(t, "role_unknown", office.ask(administerUser, { id: clerk.id, role: clerk.role }, chief));
	for (const name of ["customer", "administrator"]) {
		await refused(t, "forbidden", office.ask(removeRole, { name }, chief));
		await refused(t, "forbidden", office.ask(updateRole, { name, scopes: [] }, chief));
	}
});

test.serial("of a role given and removed at the same moment nobody keeps more than the role there is", async (t) => {
	for (let n = 0; n < 10; n++) {
		const { user } = await office.person();
		const { name } = await role("refunds:write");
		const [given, removed] = await Promise.allSettled([
			office.ask(administerUser, { id: user.id, role: name }, chief),
			office.ask(removeRole, { name }, chief),
		]);
		const there = await office.ask(getRole, { name }, chief).catch(() => null);
		const { role: has } = await office.ask(getUser, { id: user.id }, chief);
		t.is(has === name, there !== null && given.status === "fulfilled", `${given.status} ${removed.status}`);
		if (removed.status === "fulfilled") t.is(there, null);
	}
});

test.serial("a role of a name that was removed before gives nothing to those who had the former one", async (t) => {
	const clerk = await staff("catalog:read");
	const other = await mongoose.createConnection(office.settings.MONGODB_URL).asPromise();
	t.teardown(() => other.close());
	const database = other.getClient().db(`${office.node.settings.NAMESPACE}-user`);
	await database.collection("roles").deleteOne({ _id: clerk.role } as never);
	t.deepEqual((await clerk.meta()).scopes, []);
	await database
		.collection("roles")
		.insertOne({ _id: clerk.role, rev: 1, key: "rol_x", description: "", scopes: ["refunds:write"] } as never);
	t.deepEqual((await clerk.meta()).scopes, []);
});

test.serial(
	"nobody puts into a role what they do not hold, nor touches a role that holds more than they do",
	async (t) => {
		const clerk = await staff("roles:write", "catalog:read");
		const meta = await clerk.meta();
		const mine = await office.ask(createRole, { name: "readers", scopes: ["catalog:read"] }, meta);
		await refused(t, "forbidden", office.ask(createRole, { name: "sly", scopes: ["refunds:write"] }, meta));
		await refused(t, "forbidden", office.ask(updateRole, { name: mine.name, scopes: ["refunds:write"] }, meta));
		const mighty = await role("refunds:write");
		await refused(t, "forbidden", office.ask(updateRole, { name: mighty.name, scopes: [] }, meta));
		await refused(t, "forbidden", office.ask(removeRole, { name: mighty.name }, meta));
		await refused(t, "forbidden", office.ask(updateRole, { name: clerk.role, scopes: ["catalog:read"] }, meta));
		t.deepEqual((await office.ask(getRole, { name: mine.name }, chief)).scopes, ["catalog:read"]);
		t.deepEqual((await clerk.meta()).scopes, ["roles:write", "catalog:read"]);
	},
);

test.serial(
	"nobody gives an account more than they hold, nor touches one that holds more, nor their own",
	async (t) => {
		const clerk = await staff("users:write", "catalog:read");
		const meta = await clerk.meta();
		const { user } = await office.person();
		const readers = await role("catalog:read");
		const mighty = await role("refunds:write");
		await office.ask(administerUser, { id: user.id, role: readers.name }, meta);
		for (const name of [mighty.name, "administrator"])
			await refused(t, "forbidden", office.ask(administerUser, { id: user.id, role: name }, meta));
		const chiefId = chief.userId as string;
		for (const change of [{ disabled: true }, { role: "customer" }])
			await refused(t, "forbidden", office.ask(administerUser, { id: chiefId, ...change }, meta));
		for (const change of [{ disabled: true }, { role: "customer" }, { role: readers.name }, { role: "administrator" }])
			await refused(t, "forbidden", office.ask(administerUser, { id: clerk.id, ...change }, meta));
		await refused(t, "forbidden", office.ask(administerUser, { id: chiefId, role: "customer" }, chief));
		t.is((await office.ask(getUser, { id: user.id }, chief)).role, readers.name);
		t.is((await office.ask(getUser, { id: chiefId }, chief)).role, "administrator");
	},
);

test.serial("nobody makes a key of more than they hold, and no key makes keys", async (t) => {
	const clerk = await staff("keys:write", "catalog:read");
	const meta = await clerk.meta();
	await refused(t, "forbidden", office.ask(createApiKey, { name: "k", scopes: ["refunds:write"] }, meta));
	const { secret } = await office.ask(createApiKey, { name: "k", scopes: ["keys:write"] }, meta);
	const key = await office.ask(authenticateKey, { secret });
	t.deepEqual(key, { keyId: key.keyId, keyOwnerId: clerk.id, scopes: ["keys:write"] });
	await refused(t, "forbidden", office.ask(createApiKey, { name: "k", scopes: ["keys:write"] }, key));
	t.is((await office.ask(listApiKeys, { limit: 100 }, key)).data.filter((one) => one.createdBy === clerk.id).length, 1);
});

test.serial("a key may never do more than its maker may at that moment", async (t) => {
	const clerk = await staff("keys:write", "catalog:read", "orders:read");
	const scopes: Scope[] = ["catalog:read", "orders:read"];
	const { secret } = await office.ask(createApiKey, { name: "k", scopes }, await clerk.meta());
	const now = async () => (await office.ask(authenticateKey, { secret })).scopes;
	t.deepEqual(await now(), scopes);
	await office.ask(updateRole, { name: clerk.role, scopes: ["orders:read", "refunds:write"] }, chief);
	t.deepEqual(await now(), ["orders:read"]);
	await office.ask(administerUser, { id: clerk.id, role: "customer" }, chief);
	t.deepEqual(await now(), []);
	await office.ask(administerUser, { id: clerk.id, disabled: true }, chief);
	await refused(t, "invalid_token", now());
});

test.serial("a key does not change the role of the account that made it", async (t) => {
	const { id, meta } = await deputy();
	const { secret } = await office.ask(createApiKey, { name: "k", scopes: [...SCOPES] }, await meta());
	const key = await office.ask(authenticateKey, { secret });
	await refused(t, "forbidden", office.ask(administerUser, { id, role: "customer" }, key));
	await office.ask(administerUser, { id, role: "customer" }, chief);
});

test.serial("a key's secret is shown once, kept as its hash, and another one opens nothing", async (t) => {
	const { secret, ...key } = await office.ask(createApiKey, { name: "reports", scopes: ["orders:read"] }, chief);
	t.regex(secret, /^sk_[0-9a-f]{32}_[\w-]{43}$/);
	t.like(key, { name: "reports", lastFour: secret.slice(-4), lastUsedAt: null, revokedAt: null, expiresAt: null });
	await office.ask(authenticateKey, { secret });
	const listed = (await office.ask(listApiKeys, { limit: 100 }, chief)).data.find(({ id }) => id === key.id);
	t.deepEqual({ ...listed, lastUsedAt: null }, key);
	t.false(JSON.stringify(listed).includes(secret.slice(40, 60)));
	const other = await mongoose.createConnection(office.settings.MONGODB_URL).asPromise();
	t.teardown(() => other.close());
	const store = other.getClient().db(`${office.node.settings.NAMESPACE}-user`).collection("api-keys");
	t.false(JSON.stringify(await store.find({}).toArray()).includes(secret.slice(36, 70)));
	for (const wrong of [secretFor(key.id), `${secret.slice(0, -1)}A`.replace(secret, "sk_"), "sk_", secretFor("key_0")])
		await refused(t, "invalid_token", office.ask(authenticateKey, { secret: wrong }));
});

test.serial("a key's last use is known to the hour", async (t) => {
	const { secret, id } = await office.ask(createApiKey, { name: "k", scopes: ["orders:read"] }, chief);
	const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
	for (;;) {
		await office.ask(authenticateKey, { secret });
		const key = (await office.ask(listApiKeys, { limit: 100 }, chief)).data.find((one) => one.id === id);
		if (!key?.lastUsedAt) continue;
		t.true(key.lastUsedAt >= hour && key.lastUsedAt.endsWith(":00:00.000Z"));
		break;
	}
});

test.serial("a key that is revoked or over opens nothing", async (t) => {
	const scopes: Scope[] = ["orders:read"];
	const one = await office.ask(createApiKey, { name: "k", scopes }, chief);
	await office.ask(revokeApiKey, { id: one.id }, chief);
	await refused(t, "invalid_token", office.ask(authenticateKey, { secret: one.secret }));
	await office.ask(revokeApiKey, { id: one.id }, chief);
	await refused(t, "not_found", office.ask(revokeApiKey, { id: "key_1" }, chief));
	const past = new Date(Date.now() - 1_000).toISOString();
	await refused(t, "validation_failed", office.ask(createApiKey, { name: "k", scopes, expiresAt: past }, chief));
	const expiresAt = new Date(Date.now() + 1_500).toISOString();
	const brief = await office.ask(createApiKey, { name: "k", scopes, expiresAt }, chief);
	const opens = () =>
		office.ask(authenticateKey, { secret: brief.secret }).then(
			() => true,
			() => false,
		);
	while (Date.now() < Date.parse(expiresAt)) await opens();
	t.false(await opens());
});

test.serial("accounts are listed by role and by address, the youngest first", async (t) => {
	const clerk = await staff("catalog:read");
	t.deepEqual(
		(await office.ask(listUsers, { role: clerk.role }, chief)).data.map(({ id }) => id),
		[clerk.id],
	);
	const [one] = (await office.ask(listUsers, { email: clerk.email.toUpperCase() }, chief)).data;
	t.like(one, { id: clerk.id, role: clerk.role, disabled: false });
	t.false("passwordHash" in (one as object));
	const first = await office.ask(listUsers, { limit: 2 }, chief);
	const rest = await office.ask(listUsers, { limit: 2, cursor: first.nextCursor as string }, chief);
	const ids = [...first.data, ...rest.data].map(({ id }) => id);
	t.deepEqual(ids, [...ids].sort().reverse());
	await refused(t, "not_found", office.ask(getUser, { id: "usr_1" }, chief));
});

test.serial("of administrators who demote each other at once, one stays", async (t) => {
	for (let n = 0; n < 5; n++) {
		const [a, b] = [await deputy(), await deputy()];
		const [asA, asB] = [await a.meta(), await b.meta()];
		// The chief steps back for this: only the two are left.
		await office.ask(administerUser, { id: chief.userId as string, disabled: true }, asA);
		// While one is on the way out, the other stays, however slow the first is.
		await whileOthersAdminister(a.id, () =>
			refused(
				t,
				"last_administrator",
				whileOthersAdminister(b.id, async () => t.fail("both left")),
			),
		);
		const all = await Promise.allSettled([
			office.ask(administerUser, { id: b.id, role: "customer" }, asA),
			office.ask(administerUser, { id: a.id, disabled: true }, asB),
		]);
		const codes = all.map((one) => (one.status === "rejected" ? one.reason.type : "done"));
		t.true(codes.filter((code) => code === "done").length <= 1, codes.join());
		for (const code of codes) t.true(["done", "last_administrator", "conflict"].includes(code), code);
		const { data } = await office.ask(listUsers, { role: "administrator" }, chief);
		t.true(data.some(({ disabled }) => !disabled));
		// The chief returns, and the other two go.
		await office.ask(administerUser, { id: chief.userId as string, disabled: false }, { ...asA, userId: "usr_other" });
		for (const { id } of [a, b]) await office.ask(administerUser, { id, role: "customer" }, chief);
	}
});

test.serial("the last administrator is neither disabled nor demoted, whoever asks", async (t) => {
	const { id } = await deputy();
	await office.ask(administerUser, { id, role: "customer" }, chief);
	const everything = await staff(...SCOPES);
	const meta = await everything.meta();
	for (const change of [{ disabled: true }, { role: "customer" }])
		await refused(t, "last_administrator", office.ask(administerUser, { id: chief.userId as string, ...change }, meta));
	t.like(await office.ask(getUser, { id: chief.userId as string }, chief), { role: "administrator", disabled: false });
});
