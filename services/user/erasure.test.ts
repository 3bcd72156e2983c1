import anyTest, { type TestFn } from "ava";
import { fact } from "../../runtime/store/aggregate.ts";
import { eventually } from "../../runtime/testing.ts";
import { userErased } from "../../schemas/events.ts";
import { eraseMe } from "../../schemas/person.ts";
import { addAddress, login, me, register } from "../../schemas/user.ts";
import { afterRound, begun, type Erasure, QUIET_FOR } from "./erasure.ts";
import { addressBooks, attempts, erasures, users } from "./model.ts";
import { type Office, PASSWORD, withOffice } from "./testing.ts";

const test = anyTest as TestFn;
const home = {
	name: "Ada Lovelace",
	line1: "12 St James's Square",
	city: "London",
	postalCode: "SW1Y 4JH",
	country: "GB",
};
let office: Office;
withOffice(test, (opened) => {
	office = opened;
});

const at = (milliseconds: number) => new Date(Date.UTC(2026, 0, 1) + milliseconds);
const fresh = (): Erasure => ({ ...begun("usr_1", "a".repeat(64), true, at(0)), rev: 1 });
const nothing = { erased: 0, waiting: 0 };

test("an erasure is done when nothing is found, and a minute later still nothing; then it knows no address any more", (t) => {
	const first = afterRound(fresh(), { cart: { erased: 3, waiting: 0 }, order: nothing }, at(0));
	t.like(first, { quietSince: null, doneAt: null });
	const quiet = afterRound(first, { cart: nothing, order: nothing }, at(1_000));
	t.is(quiet.quietSince, at(1_000).toISOString());
	const soon = afterRound(quiet, { cart: nothing, order: nothing }, at(2_000));
	t.is(soon.doneAt, null, "what was under way may still write");
	t.is(soon.nextAttemptAt, at(1_000 + QUIET_FOR).toISOString());
	const done = afterRound(soon, { cart: nothing, order: nothing }, at(1_000 + QUIET_FOR));
	t.like(done, { doneAt: at(1_000 + QUIET_FOR).toISOString(), addressHash: null, nextAttemptAt: null });
	t.is(afterRound(done, { cart: null }, at(9e9)), done);
});

test("what comes late begins the quiet minute again", (t) => {
	const quiet = afterRound(fresh(), { cart: nothing }, at(0));
	const late = afterRound(quiet, { cart: { erased: 1, waiting: 0 } }, at(QUIET_FOR));
	t.like(late, { quietSince: null, doneAt: null });
});

test("a service that does not answer is asked again, later and later, at least every hour", (t) => {
	let erasure = fresh();
	const waits: number[] = [];
	for (let round = 0; round < 20; round++) {
		erasure = afterRound(erasure, { cart: nothing, review: null, shipping: { erased: 0, waiting: 2 } }, at(0));
		waits.push(Date.parse(erasure.nextAttemptAt!) - at(0).getTime());
	}
	t.deepEqual(erasure.left, { review: "no answer", shipping: 2 });
	t.deepEqual(
		waits,
		waits.toSorted((a, b) => a - b),
	);
	t.true(waits[0]! <= 2_000 && waits.at(-1) === 3_600_000);
});

test.serial("an account that was erased is gone at once, and its address can be registered anew", async (t) => {
	const { accessToken, email, user } = await office.person();
	const meta = await office.as({ accessToken });
	await office.ask(addAddress, home, meta);
	await t.throwsAsync(office.ask(login, { email, password: "wrong password" }));
	t.is(await office.ask(eraseMe, {}, meta), null);
	for (const refused of [() => office.as({ accessToken }), () => office.ask(login, { email, password: PASSWORD })])
		await t.throwsAsync(refused);
	const again = await office.ask(register, { email, password: PASSWORD, name: "Ada Lovelace" });
	t.not(again.user.id, user.id);
	await eventually(async () => (await addressBooks.find(user.id)) === null);
	await eventually(async () => (await attempts.findMany({})).length === 0);
	t.is((await office.ask(me, {}, await office.as(again))).email, email);
});

test.serial("an erasure that its node did not live to finish is finished by the next", async (t) => {
	const { email, user } = await office.person();
	const erasure = begun(user.id, "b".repeat(64), false, new Date());
	await erasures.insert(erasure, [fact(userErased, { userId: user.id })]);
	await eventually(async () => (await users.find(user.id)) === null);
	await eventually(async () => Object.keys((await erasures.get(user.id)).left).length > 0);
	t.is((await erasures.get(user.id)).left.cart, "no answer");
	t.false(JSON.stringify(await erasures.get(user.id)).includes(email));
});

test.serial("one who asks twice is erased once", async (t) => {
	const meta = await office.as(await office.person());
	const answers = await Promise.allSettled([office.ask(eraseMe, {}, meta), office.ask(eraseMe, {}, meta)]);
	t.deepEqual(
		answers.map(({ status }) => status),
		["fulfilled", "fulfilled"],
	);
	t.is((await erasures.findMany({ _id: meta.userId })).length, 1);
});
