import { readFileSync } from "node:fs";
import type { Algorithm } from "@node-rs/argon2";
import { fail } from "../../runtime/errors.ts";
import { hashed, verifies } from "./hasher.ts";

/** Argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane. */
const COST = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of the same cost that no password has: an unknown address takes as long as a known one. */
const NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$gb8DzgHeJKMfEZoK1IFqAQ$vSOmaIzUFqcyNi710ojQkEXuxhLPdXIRrTciro0J1XY";

/**
 * A hash takes 33 ms of a whole processor, and callers wait three seconds: what could not be answered in time is refused
 * at once, and what waited too long is not begun.
 */
const MOST_WAITING = 29;
const LONGEST_WAIT = 2_500;

/** The most common passwords of at least eight characters, most of them from zxcvbn 4.4.2 (MIT). */
const LIST = new URL("./common-passwords.txt", import.meta.url);
let common: Set<string> | undefined;

/** Two have their turn: the store is asked for one while the other's password is hashed. */
const AT_ONCE = 2;

const waiting: (() => void)[] = [];
let busy = 0;
let verified = 0;

/** @throws password_too_common */
export function refuseCommon(password: string): void {
	common ??= new Set(readFileSync(LIST, "utf8").split("\n"));
	if (common.has(password.toLowerCase())) throw fail("password_too_common");
}

/** @throws unavailable when too many wait already */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hashed(normal(password), COST));

/**
 * Whether it is the password of this hash; null stands for nobody and takes as long.
 * @throws unavailable when too many wait already
 */
export const isPassword = (password: string, of: string | null): Promise<boolean> =>
	inTurn(() => isPasswordNow(password, of));

/** The same for who has their turn. */
export async function isPasswordNow(password: string, of: string | null): Promise<boolean> {
	verified++;
	return (await verifies(normal(password), of ?? NOBODY)) && of !== null;
}

/** How many passwords this process has verified: an answer of equal words must have cost equal work. */
export const verifications = () => verified;

/**
 * Does what goes along with a password when its turn has come, so that whoever is refused has cost nothing and nothing is
 * counted against them.
 * @throws unavailable when too many wait already
 */
export async function inTurn<R>(task: () => Promise<R>): Promise<R> {
	const since = Date.now();
	if (busy < AT_ONCE) busy++;
	else {
		if (waiting.length >= MOST_WAITING) throw fail("unavailable", {}, "Too many sign-ins at once");
		// Whoever leaves hands their turn over.
		await new Promise<void>((resolve) => waiting.push(resolve));
	}
	try {
		if (Date.now() - since > LONGEST_WAIT) throw fail("unavailable", {}, "Too many sign-ins at once");
		return await task();
	} finally {
		const next = waiting.shift();
		if (next) next();
		else busy--;
	}
}

/** The same characters however a keyboard composes them (NIST SP 800-63B). */
const normal = (password: string) => password.normalize("NFKC");
