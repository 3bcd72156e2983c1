/** Every right of staff and API keys, and what its holder may do. An administrator holds all of them. */
export const scopes = {
	"catalog:read": "See drafts and archived products, stock movements, promotions; export the catalogue",
	"catalog:write": "Change products, prices, stock and promotions; import a catalogue",
	"orders:read": "See all orders, payments, shipments and labels",
	"orders:write": "Send parcels, take returns in",
	"refunds:write": "Send money back",
	"reviews:moderate": "See all reviews; approve and reject them",
	"notifications:write": "See mails and text messages; send them again",
	"operations:write": "See dead letters; replay and drop them",
	"users:read": "See accounts and roles",
	"users:write": "Give accounts a role, disable them",
	"roles:write": "Make, change and remove roles, within one's own scopes",
	"keys:write": "See, make and revoke API keys, within one's own scopes",
	"audit:read": "Read the audit log",
} as const satisfies Record<string, string>;

export type Scope = keyof typeof scopes;

/** All of them, in the order above. */
export const SCOPES = Object.freeze(Object.keys(scopes)) as readonly Scope[];

export const isScope = (text: unknown): text is Scope => typeof text === "string" && Object.hasOwn(scopes, text);
