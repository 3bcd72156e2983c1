import test from "ava";
import { addAddress, listAddresses, removeAddress, updateAddress } from "../../schemas/user.ts";
import { startOffice } from "./testing.ts";

const home = {
	name: "Ada Lovelace",
	company: "Engines",
	line1: "12 St James's Square",
	city: "London",
	postalCode: "SW1Y 4JH",
	country: "GB",
};

test("a person keeps addresses, and nobody else reaches them", async (t) => {
	const office = await startOffice(t);
	const ada = await office.as(await office.person());
	const bob = await office.as(await office.person("Bob"));
	t.deepEqual(await office.ask(listAddresses, {}, ada), { data: [], nextCursor: null });
	const [one, two, three] = await Promise.all(
		["a", "b", "c"].map((line2) => office.ask(addAddress, { ...home, line2 }, ada)),
	);
	const first = await office.ask(listAddresses, { limit: 2 }, ada);
	const rest = await office.ask(listAddresses, { limit: 2, cursor: first.nextCursor as string }, ada);
	t.deepEqual([...first.data, ...rest.data], [one!, two!, three!]);
	t.is(rest.nextCursor, null);

	const changed = await office.ask(updateAddress, { id: one!.id, city: "Bath", company: null }, ada);
	const { company, ...kept } = one!;
	t.deepEqual(changed, { ...kept, city: "Bath" });
	t.is(company, "Engines");
	const id = one!.id;
	t.like(await t.throwsAsync(office.ask(updateAddress, { id, city: "X" }, bob)), { type: "not_found" });
	t.like(await t.throwsAsync(office.ask(removeAddress, { id }, bob)), { type: "not_found" });
	t.like(await t.throwsAsync(office.ask(updateAddress, { id, city: null as never }, ada)), {
		type: "validation_failed",
	});
	await office.ask(removeAddress, { id }, ada);
	t.like(await t.throwsAsync(office.ask(removeAddress, { id }, ada)), { type: "not_found" });
	t.is((await office.ask(listAddresses, {}, ada)).data.length, 2);

	const more = await Promise.allSettled(Array.from({ length: 50 }, () => office.ask(addAddress, home, ada)));
	t.is(more.filter(({ status }) => status === "fulfilled").length, 48);
	t.is((await office.ask(listAddresses, { limit: 100 }, ada)).data.length, 50);
	for (const bad of [
		{ ...home, country: "gb" },
		{ ...home, city: "a\u0000b" },
		{ ...home, id: "adr_1" },
	])
		t.like(await t.throwsAsync(office.ask(addAddress, bad as never, ada)), { type: "validation_failed" });
});
