import { Schema } from "mongoose";
import { Collection } from "../../runtime/store/collection.ts";
import type { AuditEntry } from "../../schemas/audit.ts";
import type { AddressBook } from "./addresses.ts";
import type { LeavingState } from "./administrators.ts";
import type { ApiKeyState } from "./api-keys.ts";
import type { AttemptsState } from "./attempts.ts";
import type { UserState } from "./domain.ts";
import type { Erasure } from "./erasure.ts";
import type { RoleState } from "./roles.ts";
import type { KeyRingState } from "./signing-keys.ts";

const userSchema = new Schema(
	{ _id: String, rev: Number, email: String, role: String, disabled: Boolean, sessions: [Object] },
	{ strict: false },
);
userSchema.index({ email: 1 }, { unique: true });
userSchema.index({ role: 1, _id: 1 });
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

/** Roles that administrators made, by their name. */
export const roles = new Collection<RoleState>({
	service: "user",
	name: "roles",
	schema: new Schema({ _id: String, rev: Number, key: String, scopes: [String] }, { strict: false }),
	remember: 200,
});

export const apiKeys = new Collection<ApiKeyState>({
	service: "user",
	name: "api-keys",
	schema: new Schema({ _id: String, rev: Number, createdBy: String }, { strict: false }),
	remember: 500,
});

export const administratorsLeaving = new Collection<LeavingState>({
	service: "user",
	name: "administrators",
	schema: new Schema({ _id: String, rev: Number, leaving: [Object] }, { strict: false }),
});

const auditSchema = new Schema(
	{ _id: String, rev: Number, seq: Number, ref: String, at: String, action: String, target: String, actor: Object },
	{ strict: false },
);
auditSchema.index({ ref: 1 }, { unique: true });
auditSchema.index({ "actor.id": 1, _id: 1 });
auditSchema.index({ action: 1, _id: 1 });
auditSchema.index({ target: 1, _id: 1 });
auditSchema.index({ at: 1 });

/** The audit log: entries are added and read, never changed; `audit-log.ts` alone adds. */
export const auditEntries = new Collection<AuditEntry & { id: string; rev: number }>({
	service: "user",
	name: "audit",
	schema: auditSchema,
});

const erasureSchema = new Schema({ _id: String, rev: Number, nextAttemptAt: String }, { strict: false });
erasureSchema.index({ nextAttemptAt: 1 }, { partialFilterExpression: { nextAttemptAt: { $type: "string" } } });

/** Who asked to be forgotten, and how far that is. */
export const erasures = new Collection<Erasure>({ service: "user", name: "erasures", schema: erasureSchema });

/** One document: the keys that sign tokens. */
export const keyRings = new Collection<KeyRingState>({
	service: "user",
	name: "keys",
	schema: new Schema({ _id: String, rev: Number, keys: [Object] }, { strict: false }),
});
