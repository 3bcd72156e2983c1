import test from "ava";
import { configure, readSettings } from "../../runtime/config.ts";
import { challengeHolds, newChallenge } from "./challenge.ts";
import { relyingParty } from "./relying-party.ts";
import { seal, unseal } from "./secret.ts";

const set = (environment: Record<string, string>) =>
	configure(
		readSettings({ TOKEN_SECRET: "a secret of this test alone, of 32 letters and more", ...environment }, () => ""),
	);

test.serial("a challenge holds for five minutes, for its use, on every node with the same secret", (t) => {
	set({});
	const now = new Date("2030-01-01T00:00:00.000Z");
	const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
	const challenge = Buffer.from(newChallenge("a", now)).toString("base64url");
	t.deepEqual(challengeHolds(challenge, "a", later(299)), later(300));
	t.is(challengeHolds(challenge, "a", later(300)), null);
	t.is(challengeHolds(challenge, "b", now), null);
	for (let at = 0; at < challenge.length; at++) {
		const other = challenge[at] === "A" ? "B" : "A";
		t.is(challengeHolds(challenge.slice(0, at) + other + challenge.slice(at + 1), "a", now), null, String(at));
	}
	for (const odd of ["", "A", `${challenge}A`, `${challenge}=`, challenge.slice(4)])
		t.is(challengeHolds(odd, "a", now), null);
	set({ TOKEN_SECRET: "another secret of this test, of 32 letters and more" });
	t.is(challengeHolds(challenge, "a", now), null);
});

test.serial("passkeys are made for the public address, or for this machine as browsers take it", (t) => {
	const cases: [Record<string, string>, string, string][] = [
		[{ PUBLIC_URL: "https://shop.test" }, "shop.test", "https://shop.test"],
		[{ PUBLIC_URL: "https://shop.test:8443/" }, "shop.test", "https://shop.test:8443"],
		[{ PORT: "4000" }, "localhost", "http://localhost:4000"],
		[{ HOST: "0.0.0.0" }, "localhost", "http://localhost:3000"],
		[{ HOST: "shop.lan" }, "shop.lan", "http://shop.lan:3000"],
	];
	for (const [environment, id, origin] of cases) {
		set(environment);
		t.deepEqual(relyingParty(), { id, origin });
	}
});

test.serial("what is sealed opens unaltered, in its place, with its secret", (t) => {
	set({});
	const sealed = seal(Buffer.from("a secret"), "totp usr_1");
	t.is(unseal(sealed, "totp usr_1")?.toString(), "a secret");
	t.not(seal(Buffer.from("a secret"), "totp usr_1"), sealed);
	t.is(unseal(sealed, "totp usr_2"), null);
	for (const odd of ["", "A", sealed.slice(4), `${sealed}AAAA`, `B${sealed.slice(1)}`])
		t.is(unseal(odd, "totp usr_1"), null);
	set({ TOKEN_SECRET: "another secret of this test, of 32 letters and more" });
	t.is(unseal(sealed, "totp usr_1"), null);
});
