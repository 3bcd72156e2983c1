import test from "ava";
import { follow, type Head, hashOfLink, type Link, START } from "../../runtime/chain.ts";
import { newId } from "../../runtime/ids.ts";
import { eventually } from "../../runtime/testing.ts";
import { type AuditEntry, appendAudit, listAudit } from "../../schemas/audit.ts";
import { ensureAdministrator, login, refresh } from "../../schemas/user.ts";
import { chainWriter, type Told } from "./audit-log.ts";
import { auditEntries } from "./model.ts";
import { type Office, PASSWORD, startOffice } from "./testing.ts";

const deed = (n: number | string): Told => ({
	ref: newId("aud"),
	actor: { type: "user", id: `usr_${n}` },
	action: "order.refund",
	target: `ord_${n}`,
	intent: null,
	outcome: "done",
	changes: { amount: { currency: "USD", amount: 100 } },
	requestId: null,
});

async function everything(office: Office): Promise<AuditEntry[]> {
	const all: AuditEntry[] = [];
	let cursor: string | null = null;
	do {
		const page: { data: AuditEntry[]; nextCursor: string | null } = await office.ask(listAudit, {
			sort: "seq",
			limit: 100,
			...(cursor ? { cursor } : {}),
		});
		all.push(...page.data);
		cursor = page.nextCursor;
	} while (cursor);
	return all;
}

const walk = (entries: AuditEntry[]) =>
	entries.reduce((head: Head, entry) => follow(head, entry as AuditEntry & Link), { seq: 0, hash: START });

test.serial("entries of several nodes at once are one chain without a gap, and none is lost", async (t) => {
	const office = await startOffice(t);
	const told: Told[] = [];
	const stored: AuditEntry[] = [];
	// In batches of different lengths that begin at the same place.
	const write = async (append: (told: Told) => Promise<AuditEntry>, node: number) => {
		for (let round = 0; round < 20; round++) {
			const batch = Array.from({ length: 1 + ((node * 7 + round * 3) % 5) }, (_, n) => deed(`${node}-${round}-${n}`));
			told.push(...batch);
			stored.push(...(await Promise.all(batch.map(append))));
		}
	};
	await Promise.all(
		[0, 1, 2, 3].map((node) =>
			write(
				chainWriter(() => auditEntries.documents),
				node,
			),
		),
	);
	t.is(new Set(stored.map(({ seq }) => seq)).size, told.length);
	const all = await everything(office);
	t.is(walk(all).seq, told.length);
	t.deepEqual(all.map(({ ref }) => ref).sort(), told.map(({ ref }) => ref).sort());
});

test.serial("an entry that is told again, as its answer was lost, stands once", async (t) => {
	const office = await startOffice(t);
	const one = deed(1);
	const answers = await Promise.all([one, one, deed(2), one].map((told) => office.ask(appendAudit, told)));
	t.deepEqual(await office.ask(appendAudit, one), answers[0]!);
	t.is((await everything(office)).filter(({ ref }) => ref === one.ref).length, 1);
	t.is(walk(await everything(office)).seq, 2);
});

test.serial("the log is read by who did it, what was done, to what, and when", async (t) => {
	const office = await startOffice(t);
	for (const n of [1, 2, 1]) await office.ask(appendAudit, deed(n));
	const [first, second, third] = await everything(office);
	const find = async (filter: object) => (await office.ask(listAudit, filter)).data.map(({ seq }) => seq);
	t.deepEqual(await find({}), [3, 2, 1]);
	t.deepEqual(await find({ actor: "usr_1" }), [3, 1]);
	t.deepEqual(await find({ target: "ord_2" }), [2]);
	t.deepEqual(await find({ action: "order.refund", limit: 1 }), [3]);
	t.deepEqual(await find({ action: "user.administer" }), []);
	const at = (entry: AuditEntry | undefined) => Date.parse(entry?.at ?? "");
	const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
	t.deepEqual(await find({ from: iso(at(first)), to: iso(at(third) + 1) }), [3, 2, 1]);
	t.deepEqual(await find({ to: iso(at(first)) }), []);
	t.deepEqual(await find({ from: iso(at(third) + 1) }), []);
	t.is(second?.previous, first?.hash);
});

test.serial(
	"whoever alters, takes out, moves or puts in an entry is found out, and the first such entry is named",
	async (t) => {
		const office = await startOffice(t);
		for (let n = 1; n <= 6; n++) await office.ask(appendAudit, deed(n));
		const sound = await everything(office);
		t.is(walk(sound).hash, sound[5]!.hash);
		const broken = (entries: AuditEntry[]) =>
			t.throws(() => walk(entries), { name: "BrokenChainError" })?.message ?? "";
		const altered = (n: number, change: object) =>
			sound.map((entry) => (entry.seq === n ? { ...entry, ...change } : entry));
		t.regex(broken(altered(3, { changes: { amount: { currency: "USD", amount: 1 } } })), /^entry 3 was altered/);
		for (const [field, value] of Object.entries({ at: "2020-01-01T00:00:00.000Z", target: null, outcome: "intended" }))
			t.regex(broken(altered(4, { [field]: value })), /^entry 4 was altered/);
		t.regex(broken(altered(1, { extra: 1 })), /^entry 1 was altered/);
		const forged = { ...sound[2]!, target: "ord_x" };
		t.regex(broken(altered(3, { ...forged, hash: hashOfLink(forged) })), /^entry 4 does not follow entry 3/);
		t.regex(broken(sound.filter(({ seq }) => seq !== 2)), /^entry 2 is missing/);
		t.regex(broken(sound.filter(({ seq }) => seq > 3)), /^entries 1 to 3 are missing/);
		t.regex(broken([sound[0]!, sound[2]!, sound[1]!, ...sound.slice(3)]), /^entry 2 is missing/);
		t.regex(broken([...sound.slice(0, 3), sound[1]!, ...sound.slice(3)]), /^entry 2 comes after entry 3/);
		t.regex(broken(altered(2, { ...sound[4]!, seq: 2 })), /^entry 2 was altered/);
	},
);

test.serial(
	"a staff member's sign-in, a failed one and a stolen refresh token are in the log, a customer's are not",
	async (t) => {
		const office = await startOffice(t);
		await office.ask(ensureAdministrator, { email: "chief@shop.test", password: PASSWORD });
		const { user } = (await office.ask(login, { email: "chief@shop.test", password: PASSWORD })) as {
			user: { id: string };
		};
		await t.throwsAsync(office.ask(login, { email: "chief@shop.test", password: "not this one" }));
		await eventually(async () => (await everything(office)).length === 3);
		const ada = await office.person();
		await t.throwsAsync(office.ask(login, { email: ada.email, password: "not this one" }));
		await office.ask(login, { email: ada.email, password: PASSWORD });
		await office.ask(refresh, { refreshToken: ada.refreshToken });
		await t.throwsAsync(office.ask(refresh, { refreshToken: ada.refreshToken }));
		const all = await everything(office);
		t.deepEqual(
			all.map(({ actor, action, outcome }) => [actor.type, actor.id, action, outcome]),
			[
				["shop", "start", "user.ensureAdministrator", "done"],
				["user", user.id, "user.login", "done"],
				["user", user.id, "user.login", "invalid_credentials"],
				["user", ada.user.id, "user.refresh", "refresh_token_reused"],
			],
		);
		t.regex(all[3]?.target ?? "", /^ses_/);
		t.notRegex(JSON.stringify(all), /@|Ada|correct horse/);
		t.is(walk(all).seq, 4);
	},
);
