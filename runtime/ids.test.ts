import test from "ava";
import { newId, newToken } from "./ids.ts";

test("ids of one process sort by their birth, and no two are alike", (t) => {
	const ids = Array.from({ length: 20_000 }, () => newId("ord"));
	t.deepEqual([...ids].sort(), ids);
	t.is(new Set(ids).size, ids.length);
	t.true(ids.every((id) => /^ord_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(id)));
});

test("tokens have 256 bits", (t) => {
	t.is(Buffer.from(newToken(), "base64url").length, 32);
	t.not(newToken(), newToken());
});
