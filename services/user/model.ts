import { Schema } from "mongoose";
import { Collection } from "../../runtime/store/collection.ts";
import type { AddressBook } from "./addresses.ts";
import type { AttemptsState } from "./attempts.ts";
import type { UserState } from "./domain.ts";
import type { KeyRingState } from "./signing-keys.ts";

const userSchema = new Schema(
	{ _id: String, rev: Number, email: String, role: String, disabled: Boolean, sessions: [Object] },
	{ strict: false },
);
userSchema.index({ email: 1 }, { unique: true });
userSchema.index({ "passkeys.credentialId": 1 }, { sparse: true });

export const users = new Collection<UserState>({ service: "user", name: "users", schema: userSchema, remember: 2_000 });

/** One document a person, under the person's id. */
export const addressBooks = new Collection<AddressBook>({
	service: "user",
	name: "addresses",
	schema: new Schema({ _id: String, rev: Number, addresses: [Object] }, { strict: false }),
});

/** Wrong passwords by account, known or not; forgotten by the store a day after the last. */
export const attempts = new Collection<AttemptsState>({
	service: "user",
	name: "attempts",
	schema: new Schema({ _id: String, rev: Number, expiresAt: { type: Date, expires: 0 } }, { strict: false }),
});

/** One document: the keys that sign tokens. */
export const keyRings = new Collection<KeyRingState>({
	service: "user",
	name: "keys",
	schema: new Schema({ _id: String, rev: Number, keys: [Object] }, { strict: false }),
});
