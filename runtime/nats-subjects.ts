/** Moleculer's packets as subjects of NATS. */
export type PacketType =
	| "REQ"
	| "RES"
	| "INFO"
	| "DISCOVER"
	| "HEARTBEAT"
	| "DISCONNECT"
	| "PING"
	| "PONG"
	| "EVENT"
	| (string & {});

/** `<service>.<n>`: two tokens of a subject, so that permissions can be written for a service. */
export const NODE_ID = /^[\w-]+\.[\w-]+$/;

/** What leads the subjects of a shop's packets. */
export const packetPrefix = (namespace: string): string => `MOL-${namespace}`;

/**
 * `MOL-<namespace>.<type>.<sender>[.<receiver>[.<action>]]`. NATS sees who sends, to whom, and what is asked, and lets each user
 * publish only in its own service's name what its service may ask. `*.*` stands for any node, `service.*` for any of a service.
 */
export const packetSubject = (prefix: string, type: PacketType, ...parts: string[]): string =>
	[prefix, type, ...parts].join(".");

/** The sender and, for a request, the action that a subject names. */
export function senderOf(prefix: string, subject: string): { sender: string; action: string } {
	const [, service = "", n = "", , , ...action] = subject.slice(prefix.length + 1).split(".");
	return { sender: `${service}.${n}`, action: action.join(".") };
}

/** Where a service's connections get their answers: nobody else may listen there. */
export const inboxPrefix = (service: string): string => `_INBOX_${service}`;

/** The part of a node's id that names what it runs. */
export const serviceOf = (nodeId: string): string => nodeId.slice(0, nodeId.indexOf("."));

/** The id of a node that runs more than a few services. NATS lets no user be one. */
export const WHOLE = "shop";

/** Whether a node of this id may run a service: one runs what its id names. */
export function mayRun(nodeId: string, service: string): boolean {
	const name = serviceOf(nodeId);
	return name === WHOLE || name.split("-").includes(service);
}
